/** From the keys of an image processor's files to what it does. Not API. */
package io.tesserae.loaders.processor.json;
