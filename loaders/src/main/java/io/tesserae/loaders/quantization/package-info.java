/** Checkpoints whose weights are stored as whole numbers, with factors beside them. */
package io.tesserae.loaders.quantization;
