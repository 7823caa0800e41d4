package io.tesserae.training.data;

/**
 * The sites of the draws that data need. Draws of a network's places have sites from 0 on, so these are below: no number is ever used
 * for two things.
 */
final class DrawSites {

    /** The order of an epoch. */
    static final int ORDER = -1;

    /** What becomes of a token in masked language modelling. */
    static final int MASKING = -2;

    private DrawSites() {}
}
