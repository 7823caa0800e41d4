package io.tesserae.generation;

/** When beam search ends, {@code early_stopping}. */
public enum EarlyStopping {
    /** {@code false}: when the best running beam, at its present length, is no better than the worst finished one. */
    NO,
    /** {@code true}: as soon as there are as many finished beams as beams. */
    YES,
    /** {@code "never"}: when no running beam can become better than the worst finished one, at whatever length. */
    NEVER
}
