package io.tesserae.training.metric;

/** The cosine of the angle between two embeddings, in double: 0 if one of them has no direction. */
final class Cosine {

    private Cosine() {}

    /** The same embeddings with length 1, or as they are if they are 0 throughout. */
    static double[][] normalized(float[][] embeddings) {
        double[][] normalized = new double[embeddings.length][];
        for (int i = 0; i < embeddings.length; i++) {
            if (embeddings[i].length != embeddings[0].length) {
                throw new IllegalArgumentException("expected embeddings of " + embeddings[0].length
                        + " numbers as the first, found " + embeddings[i].length + " at " + i + " (counted from 0)");
            }
            normalized[i] = normalized(embeddings[i]);
        }
        return normalized;
    }

    private static double[] normalized(float[] embedding) {
        double squares = 0;
        for (float number : embedding) {
            squares += (double) number * number;
        }
        double length = squares == 0 ? 1 : Math.sqrt(squares);
        double[] normalized = new double[embedding.length];
        for (int i = 0; i < normalized.length; i++) {
            normalized[i] = embedding[i] / length;
        }
        return normalized;
    }

    /** The cosine of two normalized embeddings. */
    static double of(double[] first, double[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException("expected two embeddings of one size, found " + first.length + " and "
                    + second.length + " numbers");
        }
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += first[i] * second[i];
        }
        return sum;
    }
}
