package io.tesserae.generation;

/**
 * Random numbers of one answer: SplitMix64 (Steele, Lea and Flood 2014), so that a seed gives the same text on every machine. The stream of a
 * prompt's answer a begins at mix(seed) + mix(a + 1), whichever prompt of the call it is: what stands beside a prompt in the batch, or before it,
 * changes nothing. Not thread-safe.
 */
public final class RandomStream {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /**
     * The stream of one of the answers that a seed gives.
     *
     * @param answer which; 0 or more
     */
    public RandomStream(long seed, int answer) {
        state = mix(seed) + mix(answer + 1L);
    }

    /** A number from 0 to 1, without 1: the high 53 bits of the next word. */
    double next() {
        state += GOLDEN_GAMMA;
        return (mix(state) >>> 11) * 0x1p-53;
    }

    private static long mix(long word) {
        word = (word ^ word >>> 30) * 0xBF58476D1CE4E5B9L;
        word = (word ^ word >>> 27) * 0x94D049BB133111EBL;
        return word ^ word >>> 31;
    }
}
