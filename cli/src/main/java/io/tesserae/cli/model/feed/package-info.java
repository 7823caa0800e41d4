/** What {@code forward} and {@code generate} read: a safetensors file's tensors as the inputs of a model, the padding cut off. */
package io.tesserae.cli.model.feed;
