/** Optimisers and learning rates with PyTorch's and transformers' semantics. */
package io.tesserae.training.optimizer;
