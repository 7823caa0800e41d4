package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;

/**
 * A vector for each token of a text, for late interaction: Khattab and Zaharia, arXiv 2004.12832.
 *
 * @param data {@code [count, dimensions]}
 * @param dimensions of each vector
 */
public record TokenVectors(float[] data, int dimensions) {

    /** Checks that the vectors are whole. */
    public TokenVectors {
        Arguments.require(data, "data");
        if (dimensions < 1 || data.length % dimensions != 0) {
            throw new IllegalArgumentException(
                    "data: expected vectors of " + dimensions + " numbers, found " + data.length + " numbers");
        }
    }

    /** How many vectors there are. */
    public int count() {
        return data.length / dimensions;
    }

    /**
     * How well a document fits this query: for each of its vectors the greatest dot product with any of the document's, added up: {@code
     * MaxSim}, equation 3. Each product is a chain of {@code fma} in float32, so its bits are the same on every machine.
     *
     * @return 0 if there is no vector on one side
     * @throws IllegalArgumentException if the vectors of the two are of different lengths
     */
    public float maxSim(TokenVectors document) {
        if (Arguments.require(document, "document").dimensions != dimensions) {
            throw new IllegalArgumentException(
                    "document: expected vectors of " + dimensions + " numbers, found " + document.dimensions);
        }
        int others = document.count();
        if (others == 0) {
            return 0f;
        }
        float[] turned = document.turned(); // [dimensions, others]
        float[] products = new float[others];
        double sum = 0;
        for (int vector = 0; vector < count(); vector++) {
            Arrays.fill(products, 0f);
            for (int k = 0; k < dimensions; k++) {
                float value = data[vector * dimensions + k];
                int row = k * others;
                for (int other = 0; other < others; other++) {
                    products[other] = Math.fma(value, turned[row + other], products[other]);
                }
            }
            float greatest = products[0];
            for (float product : products) {
                greatest = Math.max(greatest, product);
            }
            sum += greatest;
        }
        return (float) sum;
    }

    private float[] turned() {
        int count = count();
        float[] turned = new float[data.length];
        for (int vector = 0; vector < count; vector++) {
            for (int k = 0; k < dimensions; k++) {
                turned[k * count + vector] = data[vector * dimensions + k];
            }
        }
        return turned;
    }
}
