package io.tesserae.training;

/** When something is done again and again during a run: transformers' {@code IntervalStrategy}. */
public enum IntervalStrategy {
    /** Never. */
    NO,
    /** After every so many steps. */
    STEPS,
    /** After every epoch. */
    EPOCH
}
