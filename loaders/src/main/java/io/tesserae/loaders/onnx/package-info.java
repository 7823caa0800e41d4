/**
 * Weights out of ONNX files: the tensors that a graph keeps as initializers, under the names of the state dict that they were exported
 * from. No graph is run; it is read only as far as names need it.
 */
package io.tesserae.loaders.onnx;
