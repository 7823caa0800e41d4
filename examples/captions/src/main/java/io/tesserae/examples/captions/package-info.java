/** Captions in one file: {@link io.tesserae.examples.captions.DescribePictures} prints each sentence as it is written. */
package io.tesserae.examples.captions;
