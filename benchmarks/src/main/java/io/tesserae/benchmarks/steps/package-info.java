/**
 * How the kernels became fast, in numbered steps that can be run: a matrix product from three loops to the engine's own kernel,
 * GELU, and softmax. {@code docs/kernel-story.md} tells it; {@link io.tesserae.benchmarks.steps.KernelStory} measures it.
 *
 * <p>One package, since each file is one step of one story, in the order in which it is told.
 */
package io.tesserae.benchmarks.steps;
