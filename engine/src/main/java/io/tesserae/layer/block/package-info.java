/** Blocks of a transformer: how attention and feed-forward layers join the residual stream, and stacks of them. */
package io.tesserae.layer.block;
