/** What is computed and in which order, so that gradients can flow back: variables, parameters and the tape between them. */
package io.tesserae.training.tape;
