/** From data files to encoded examples, and from examples to ragged batches with their labels. */
package io.tesserae.training.data;
