/** Pictures: from a file to the pixel values that a model is fed. */
package io.tesserae.loaders.image;
