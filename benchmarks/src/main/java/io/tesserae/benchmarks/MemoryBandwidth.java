package io.tesserae.benchmarks;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * How fast memory can be read from Java: the sum of an array that no cache holds. What a kernel whose weights come from memory
 * is bound by, as {@link FmaPeak} is what arithmetic is bound by.
 */
public final class MemoryBandwidth {

    /** Of all threads together: many times the last-level cache that one process has to itself. */
    public static final int MEGABYTES = 512;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STREAMS = 4;

    /** Results land here, so that the compiler cannot leave the reading out. */
    private static volatile float result;

    private final float[][] arrays; // one for each thread

    /** Sets aside so many megabytes, a share for each thread. */
    public MemoryBandwidth(int threads, int megabytes) {
        arrays = new float[threads][Math.toIntExact(((long) megabytes << 18) / threads)];
        for (float[] array : arrays) {
            Arrays.fill(array, 1f); // pages that were never written are all one page of zeros
        }
    }

    /**
     * Reads on all threads at once.
     *
     * @param seconds for how long
     * @return in units of 10^9 bytes per second
     */
    public double gigabytes(double seconds) {
        return AtOnce.sum(arrays.length, thread -> {
            float[] array = arrays[thread];
            Timing timing = Timing.of(seconds, () -> result = sum(array));
            return (double) array.length * Float.BYTES / (timing.medianMilliseconds() * 1e6);
        });
    }

    /** In four stretches side by side, each with sums of its own: one stretch alone is slower to fetch. */
    static float sum(float[] array) {
        int lanes = SPECIES.length();
        int stretch = array.length / STREAMS / (2 * lanes) * (2 * lanes);
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int i = 0; i < stretch; i += 2 * lanes) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, array, i));
            s1 = s1.add(FloatVector.fromArray(SPECIES, array, i + lanes));
            s2 = s2.add(FloatVector.fromArray(SPECIES, array, i + stretch));
            s3 = s3.add(FloatVector.fromArray(SPECIES, array, i + stretch + lanes));
            s4 = s4.add(FloatVector.fromArray(SPECIES, array, i + 2 * stretch));
            s5 = s5.add(FloatVector.fromArray(SPECIES, array, i + 2 * stretch + lanes));
            s6 = s6.add(FloatVector.fromArray(SPECIES, array, i + 3 * stretch));
            s7 = s7.add(FloatVector.fromArray(SPECIES, array, i + 3 * stretch + lanes));
        }
        float sum = s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7))).reduceLanes(VectorOperators.ADD);
        for (int i = STREAMS * stretch; i < array.length; i++) {
            sum += array[i];
        }
        return sum;
    }
}
