package io.tesserae.generation.logits;

/**
 * Softmax and its logarithm, with the same bits on every machine: in float64, with an exponential that is defined step by step, and sums
 * from the first token to the last.
 */
public final class Softmax {

    /** e^x is below the smallest number that matters from here on. */
    private static final double LOWEST = -700;

    private static final double LOG2_E = 1.4426950408889634;
    /** ln 2 in two parts; the first has few enough bits that n times it is exact. */
    private static final double LN2_HIGH = 0.6931471803691238;

    private static final double LN2_LOW = 1.9082149292705877e-10;

    /** 1/13!, 1/12!, … 1/2!: the Taylor series of e^r, whose remainder is below 1e-17 where |r| ≤ ln 2 / 2. */
    private static final double[] TAYLOR = {
        1.6059043836821613e-10,
        2.08767569878681e-9,
        2.505210838544172e-8,
        2.755731922398589e-7,
        2.7557319223985893e-6,
        2.48015873015873e-5,
        1.984126984126984e-4,
        1.388888888888889e-3,
        8.333333333333333e-3,
        4.1666666666666664e-2,
        1.6666666666666666e-1,
        0.5
    };

    private Softmax() {}

    /**
     * Probabilities of scores.
     *
     * @param scores the first {@code count} are read
     * @param probabilities at least as long; the first {@code count} are written
     * @return whether there are any: not if all scores are minus infinity, or one is infinite or NaN
     */
    public static boolean probabilities(float[] scores, int count, double[] probabilities) {
        double largest = largest(scores, count);
        if (!Double.isFinite(largest)) {
            return false;
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            probabilities[i] = exp(scores[i] - largest);
            sum += probabilities[i];
        }
        for (int i = 0; i < count; i++) {
            probabilities[i] /= sum;
        }
        return true;
    }

    /** Replaces scores by the logarithms of their probabilities; by NaN, if one of them is infinite or NaN. */
    public static void logarithms(float[] scores) {
        double largest = largest(scores, scores.length);
        if (largest == Double.NEGATIVE_INFINITY) {
            return;
        }
        double shift = largest + logarithmOfSum(scores, scores.length, largest);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (scores[i] - shift);
        }
    }

    /**
     * The entropy of a distribution, in nats.
     *
     * @param scores the first {@code count} are read; not all of them minus infinity
     * @param probabilities theirs
     */
    static double entropy(float[] scores, int count, double[] probabilities) {
        double largest = largest(scores, count);
        double shift = largest + logarithmOfSum(scores, count, largest);
        double entropy = 0;
        for (int i = 0; i < count; i++) {
            if (probabilities[i] > 0) {
                entropy -= probabilities[i] * (scores[i] - shift);
            }
        }
        return entropy;
    }

    /** ln Σ e^(s - largest). */
    static double logarithmOfSum(float[] scores, int count, double largest) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += exp(scores[i] - largest);
        }
        return StrictMath.log(sum);
    }

    /** The largest score; NaN if one of them is. */
    public static double largest(float[] scores, int count) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, scores[i]);
        }
        return largest;
    }

    /** e^x for x that is not positive; 0 below -700. */
    static double exp(double x) {
        if (x < LOWEST) {
            return 0;
        }
        // x = n ln 2 + r, so that e^x = 2^n e^r
        double n = Math.rint(x * LOG2_E);
        double r = Math.fma(n, -LN2_HIGH, x);
        r = Math.fma(n, -LN2_LOW, r);
        double p = TAYLOR[0];
        for (int i = 1; i < TAYLOR.length; i++) {
            p = Math.fma(p, r, TAYLOR[i]);
        }
        p = Math.fma(p, r, 1);
        p = Math.fma(p, r, 1);
        return p * Double.longBitsToDouble((long) n + 1023 << 52);
    }
}
