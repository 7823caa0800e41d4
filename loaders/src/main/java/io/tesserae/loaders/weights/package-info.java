/** The formats that a checkpoint's weights may be in, and how one is found among its files. Not API. */
package io.tesserae.loaders.weights;
