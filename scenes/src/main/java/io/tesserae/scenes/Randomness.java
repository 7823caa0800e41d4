package io.tesserae.scenes;

/**
 * Random numbers that are the same on every machine: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
 * number generators", 2014), and plain arithmetic on what it gives.
 */
final class Randomness {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** The numbers of one scene: two scenes of a seed, and the same scene of two seeds, have nothing in common. */
    Randomness(long seed, long scene) {
        state = mixed(mixed(seed + GOLDEN_GAMMA) ^ mixed(scene * GOLDEN_GAMMA + 1));
    }

    private static long mixed(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private long next() {
        state += GOLDEN_GAMMA;
        return mixed(state);
    }

    /** A number from {@code from} to {@code to}. */
    double between(double from, double to) {
        return from + (to - from) * ((next() >>> 11) * 0x1p-53);
    }

    /** A number from 0 to {@code end - 1}. */
    int below(int end) {
        return (int) ((next() >>> 1) % end);
    }

    /** True with the given probability. */
    boolean chance(double probability) {
        return between(0, 1) < probability;
    }

    /** One of these, each as likely as the others. */
    <T> T oneOf(T[] values) {
        return values[below(values.length)];
    }
}
