/** The arithmetic of backward passes and of optimisers: each kernel a scalar definition and its vector twin. */
package io.tesserae.training.kernel;
