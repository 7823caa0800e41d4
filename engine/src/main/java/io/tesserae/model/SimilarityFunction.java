package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How alike two embeddings are: {@code similarity_fn_name} of sentence-transformers. More is more alike; distances are
 * therefore negative. Sums are in float64, in the order of the numbers, and are rounded to float32 once.
 */
public enum SimilarityFunction {
    /** The cosine of the angle between them, from -1 to 1. */
    COSINE {
        @Override
        public float[] prepare(float[] embedding) {
            float[] unit = Arguments.require(embedding, "embedding").clone();
            EmbeddingStep.Normalize.normalize(unit, 0, unit.length);
            return unit;
        }

        @Override
        public float compare(float[] a, float[] b) {
            return DOT.compare(a, b);
        }
    },
    /** The dot product. */
    DOT {
        @Override
        public float compare(float[] a, float[] b) {
            requireSameLength(a, b);
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += (double) a[i] * b[i];
            }
            return (float) sum;
        }
    },
    /** The negative Euclidean distance. */
    EUCLIDEAN {
        @Override
        public float compare(float[] a, float[] b) {
            requireSameLength(a, b);
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                double difference = (double) a[i] - b[i];
                sum += difference * difference;
            }
            return (float) -Math.sqrt(sum);
        }
    },
    /** The negative sum of the differences' magnitudes. */
    MANHATTAN {
        @Override
        public float compare(float[] a, float[] b) {
            requireSameLength(a, b);
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += Math.abs((double) a[i] - b[i]);
            }
            return (float) -sum;
        }
    };

    /**
     * The function that a configuration names.
     *
     * @throws IllegalArgumentException if there is none of this name; the message lists those there are
     */
    public static SimilarityFunction named(String name) {
        return Arrays.stream(values())
                .filter(function -> function.configName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown similarity \"" + name + "\"; known are "
                        + Arrays.stream(values())
                                .map(SimilarityFunction::configName)
                                .collect(Collectors.joining(", "))));
    }

    /** Its name in a configuration: {@code cosine}, {@code dot}, {@code euclidean} or {@code manhattan}. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * How alike two embeddings are.
     *
     * @throws IllegalArgumentException if they are not of the same length
     */
    public float similarity(float[] a, float[] b) {
        requireSameLength(a, b);
        return compare(prepare(a), prepare(b));
    }

    private static void requireSameLength(float[] a, float[] b) {
        Arguments.require(a, "a");
        Arguments.require(b, "b");
        if (a.length != b.length) {
            throw new IllegalArgumentException("embeddings of " + a.length + " and " + b.length
                    + " numbers cannot be compared; they are of different models, or cut to different dimensions");
        }
    }

    /** A copy of an embedding, as {@link #compare} wants it: worth keeping where it is compared often. */
    public float[] prepare(float[] embedding) {
        return Arguments.require(embedding, "embedding").clone();
    }

    /**
     * How alike two prepared embeddings are.
     *
     * @param a prepared
     * @param b prepared, and as long as {@code a}
     * @throws IllegalArgumentException if they are not of the same length
     */
    public abstract float compare(float[] a, float[] b);
}
