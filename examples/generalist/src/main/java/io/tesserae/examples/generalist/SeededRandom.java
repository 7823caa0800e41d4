package io.tesserae.examples.generalist;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Random numbers that are the same on every machine and in every JDK: SplitMix64 (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", 2014), and plain arithmetic on what it gives.
 */
final class SeededRandom implements RandomGenerator {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** Numbers of neighbouring seeds have nothing in common. */
    SeededRandom(long seed) {
        state = mixed(seed + GOLDEN_GAMMA);
    }

    private static long mixed(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mixed(state);
    }

    /** A number from {@code from} to {@code to}. */
    double between(double from, double to) {
        return from + (to - from) * ((nextLong() >>> 11) * 0x1p-53);
    }

    /** A number from 0 to {@code end - 1}. */
    int below(int end) {
        return (int) ((nextLong() >>> 1) % end);
    }

    /** True with the given probability. */
    boolean chance(double probability) {
        return between(0, 1) < probability;
    }

    /** One of these, each as likely as the others. */
    <T> T oneOf(List<T> values) {
        return values.get(below(values.size()));
    }
}
