/** How tokens of several kinds come together in one sequence, with the gradients of that. */
package io.tesserae.training.layer.episode;
