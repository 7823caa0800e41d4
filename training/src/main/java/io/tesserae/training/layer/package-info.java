/** The layers of networks that are trained: each forward pass beside its backward pass. */
package io.tesserae.training.layer;
