package io.tesserae.benchmarks;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The most float32 arithmetic that one core can do from Java: the bound that a kernel's speed is divided by.
 *
 * <p>Nothing but fused multiply-adds on operands in registers. A core starts two a cycle and each takes four, so eight
 * independent chains would do where nothing else disturbs; twelve leave slack, and with the two factors fit the 16
 * registers of AVX2. Two operations per lane and multiply-add are counted.
 */
public final class FmaPeak {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;
    private static final int STEPS = 1 << 18;
    private static final int WARM_UP_BURSTS = 20_000;
    private static final int WARM_UP_STEPS = 16;

    /** Results land here, so that the compiler cannot leave the arithmetic out. */
    private static volatile float result;

    private FmaPeak() {}

    /**
     * Measures the peak of the core that this thread runs on.
     *
     * <p>The median of many bursts, each of half a millisecond or so: the fastest would be what the clock reaches for a
     * moment, which no kernel can hold. A machine that is busy with something else shows less.
     *
     * @param seconds for how long, after a warm-up of its own
     * @return in units of 10^9 floating-point operations per second
     */
    public static double gigaflops(double seconds) {
        return gigaflops(1, seconds);
    }

    /** Likewise of so many cores, all busy at the same time: the sum of what they reach. */
    public static double gigaflops(int threads, double seconds) {
        // Interpreted vector code is a thousand times slower, so the warm-up counts calls and its bursts are tiny.
        for (int i = 0; i < WARM_UP_BURSTS; i++) {
            result = burst(WARM_UP_STEPS);
        }
        return threads == 1 ? oneCore(seconds) : AtOnce.sum(threads, _ -> oneCore(seconds));
    }

    private static double oneCore(double seconds) {
        Timing timing = Timing.of(seconds, () -> result = burst(STEPS));
        return operations(STEPS) / (timing.medianMilliseconds() * 1e6);
    }

    /** The floating-point operations of a {@link #burst}. */
    static double operations(int steps) {
        return 2.0 * CHAINS * SPECIES.length() * steps;
    }

    /** Twelve chains x = 0.999 x + 0.001, which stay near 1: neither overflow nor denormal numbers slow them. */
    static float burst(int steps) {
        FloatVector factor = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector summand = FloatVector.broadcast(SPECIES, 0.001f);
        FloatVector x0 = FloatVector.broadcast(SPECIES, 1.00f);
        FloatVector x1 = FloatVector.broadcast(SPECIES, 1.01f);
        FloatVector x2 = FloatVector.broadcast(SPECIES, 1.02f);
        FloatVector x3 = FloatVector.broadcast(SPECIES, 1.03f);
        FloatVector x4 = FloatVector.broadcast(SPECIES, 1.04f);
        FloatVector x5 = FloatVector.broadcast(SPECIES, 1.05f);
        FloatVector x6 = FloatVector.broadcast(SPECIES, 1.06f);
        FloatVector x7 = FloatVector.broadcast(SPECIES, 1.07f);
        FloatVector x8 = FloatVector.broadcast(SPECIES, 1.08f);
        FloatVector x9 = FloatVector.broadcast(SPECIES, 1.09f);
        FloatVector x10 = FloatVector.broadcast(SPECIES, 1.10f);
        FloatVector x11 = FloatVector.broadcast(SPECIES, 1.11f);
        for (int step = 0; step < steps; step++) {
            x0 = x0.fma(factor, summand);
            x1 = x1.fma(factor, summand);
            x2 = x2.fma(factor, summand);
            x3 = x3.fma(factor, summand);
            x4 = x4.fma(factor, summand);
            x5 = x5.fma(factor, summand);
            x6 = x6.fma(factor, summand);
            x7 = x7.fma(factor, summand);
            x8 = x8.fma(factor, summand);
            x9 = x9.fma(factor, summand);
            x10 = x10.fma(factor, summand);
            x11 = x11.fma(factor, summand);
        }
        return x0.add(x1)
                .add(x2)
                .add(x3)
                .add(x4)
                .add(x5)
                .add(x6)
                .add(x7)
                .add(x8)
                .add(x9)
                .add(x10)
                .add(x11)
                .reduceLanes(VectorOperators.ADD);
    }

    /** Prints the peak. The optional argument is the number of seconds to measure. */
    public static void main(String[] arguments) {
        double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 2;
        System.out.printf(
                Locale.ROOT, "%.1f GFLOP/s on one core, %d lanes of float32%n", gigaflops(seconds), SPECIES.length());
    }
}
