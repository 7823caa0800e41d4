/** Reads what {@code torch.save} writes of a state dict, and runs nothing of it. */
package io.tesserae.loaders.torch;
