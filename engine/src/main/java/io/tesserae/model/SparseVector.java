package io.tesserae.model;

import io.tesserae.arguments.Arguments;

/**
 * A vector over a vocabulary, of which few numbers are not zero: how much of each word is in a text.
 *
 * @param ids of the words, ascending
 * @param weights {@code [ids]}, each greater than 0
 */
public record SparseVector(int[] ids, float[] weights) {

    /** Checks that the two belong together. */
    public SparseVector {
        Arguments.require(ids, "ids");
        if (ids.length != Arguments.require(weights, "weights").length) {
            throw new IllegalArgumentException(
                    "weights: expected one for each of " + ids.length + " ids, found " + weights.length);
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || i > 0 && ids[i] <= ids[i - 1]) {
                throw new IllegalArgumentException("ids: expected ascending ones, 0 or more, found " + ids[i]
                        + (i == 0 ? "" : " after " + ids[i - 1]));
            }
        }
    }

    /** How many numbers are not zero. */
    public int size() {
        return ids.length;
    }

    /** How well two texts fit: the dot product, summed in float64 over the words that both have. */
    public float dot(SparseVector other) {
        Arguments.require(other, "other");
        double sum = 0;
        for (int i = 0, j = 0; i < ids.length && j < other.ids.length; ) {
            if (ids[i] == other.ids[j]) {
                sum += (double) weights[i++] * other.weights[j++];
            } else if (ids[i] < other.ids[j]) {
                i++;
            } else {
                j++;
            }
        }
        return (float) sum;
    }
}
