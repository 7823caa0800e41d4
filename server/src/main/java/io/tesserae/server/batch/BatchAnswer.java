package io.tesserae.server.batch;

/**
 * An answer, and how long it took.
 *
 * @param answer what the model says
 * @param queueNanos how long the input waited until its batch began
 * @param inferenceNanos how long its batch took until its answer was there
 */
public record BatchAnswer<A>(A answer, long queueNanos, long inferenceNanos) {}
