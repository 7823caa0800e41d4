/** Dense float32 tensors, and the sources that weights come from. */
package io.tesserae.tensor;
