/** Image processors: from a decoded picture to the pixel values that a model is fed. API. */
package io.tesserae.loaders.processor;
