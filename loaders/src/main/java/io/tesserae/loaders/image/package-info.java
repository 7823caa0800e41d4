/** Pictures: from a file to the pixel values that a model is fed. API. */
package io.tesserae.loaders.image;
