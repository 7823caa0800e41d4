/** Dense float32 tensors, and the sources that weights come from. API. */
package io.tesserae.tensor;
