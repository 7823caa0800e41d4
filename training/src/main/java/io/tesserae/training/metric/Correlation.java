package io.tesserae.training.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How two rows of numbers go together: SciPy's {@code pearsonr} and {@code spearmanr}, from −1 to 1.
 *
 * <p>NaN where there is no answer: if all numbers of a row are equal, if there are fewer than two, or if one of them is
 * NaN. An infinite number has no Pearson correlation either, but it has a rank.
 */
public final class Correlation {

    private Correlation() {}

    /**
     * Pearson's correlation: how near the pairs lie to a line.
     *
     * @throws IllegalArgumentException if the rows differ in length or are empty
     */
    public static double pearson(float[] first, float[] second) {
        Examples.requireAsMany(first.length, second.length);
        return pearson(doubles(first), doubles(second));
    }

    /**
     * Spearman's correlation: Pearson's of the ranks, where equal numbers share the mean of their ranks.
     *
     * @throws IllegalArgumentException if the rows differ in length or are empty
     */
    public static double spearman(float[] first, float[] second) {
        return spearman(doubles(first), doubles(second));
    }

    /** See {@link #spearman(float[], float[])}. */
    public static double spearman(double[] first, double[] second) {
        Examples.requireAsMany(first.length, second.length);
        return hasNaN(first) || hasNaN(second) ? Double.NaN : pearson(ranks(first), ranks(second));
    }

    static double pearson(double[] first, double[] second) {
        // The mean of equal numbers may differ from them by a rounding, so the question is asked of the numbers.
        if (isConstant(first) || isConstant(second)) {
            return Double.NaN;
        }
        double[] a = centred(first);
        double[] b = centred(second);
        double lengthOfA = Math.sqrt(dot(a, a));
        double lengthOfB = Math.sqrt(dot(b, b));
        double together = 0;
        for (int i = 0; i < a.length; i++) {
            together += a[i] / lengthOfA * (b[i] / lengthOfB);
        }
        return Math.clamp(together, -1, 1);
    }

    /** The place of each number in their order, counted from 1; equal numbers share the mean of their places. */
    static double[] ranks(double[] numbers) {
        Integer[] order = IntStream.range(0, numbers.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> numbers[i] + 0.0)); // −0 is 0
        double[] ranks = new double[numbers.length];
        for (int begin = 0; begin < order.length; ) {
            int end = begin + 1;
            while (end < order.length && numbers[order[end]] == numbers[order[begin]]) {
                end++;
            }
            for (int i = begin; i < end; i++) {
                ranks[order[i]] = (begin + 1 + end) / 2.0;
            }
            begin = end;
        }
        return ranks;
    }

    private static double[] centred(double[] numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number;
        }
        double mean = sum / numbers.length;
        return Arrays.stream(numbers).map(number -> number - mean).toArray();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static boolean isConstant(double[] numbers) {
        return Arrays.stream(numbers).allMatch(number -> number == numbers[0]);
    }

    private static boolean hasNaN(double[] numbers) {
        return Arrays.stream(numbers).anyMatch(Double::isNaN);
    }

    private static double[] doubles(float[] numbers) {
        return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).toArray();
    }
}
