package io.tesserae.training.optimizer;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the learning rate changes over a run, by the names of transformers' {@code SchedulerType}; its {@code optimization.py} has the same
 * formulas. All but {@link #CONSTANT} rise from 0 over the warm-up.
 */
public enum LearningRateSchedule {
    /** Falls in a straight line to 0. */
    LINEAR,
    /** Falls along half a cosine to 0: Loshchilov and Hutter, arXiv 1608.03983. */
    COSINE,
    /** Stays as it is, from the first step on. */
    CONSTANT,
    /** Stays as it is after the warm-up. */
    CONSTANT_WITH_WARMUP,
    /** Falls as one over the root of the step. */
    INVERSE_SQRT;

    private static final int INVERSE_SQRT_SCALE = 10_000; // transformers' default, where there is no warm-up

    /** Its name in transformers: {@code constant_with_warmup}. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The schedule of a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists those there are
     */
    public static LearningRateSchedule named(String name) {
        return Arrays.stream(values())
                .filter(schedule -> schedule.configName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown schedule of the learning rate \"" + name
                        + "\"; known are "
                        + Arrays.stream(values())
                                .map(LearningRateSchedule::configName)
                                .collect(Collectors.joining(", "))));
    }

    /**
     * What the learning rate is multiplied by.
     *
     * @param step how many steps were done before
     * @param warmup how many steps the warm-up has
     * @param total how many steps the run has
     */
    public double factor(long step, long warmup, long total) {
        if (this == CONSTANT) {
            return 1;
        }
        if (step < warmup) {
            return step / (double) Math.max(1, warmup);
        }
        double progress = (step - warmup) / (double) Math.max(1, total - warmup);
        return switch (this) {
            case LINEAR -> Math.max(0, (total - step) / (double) Math.max(1, total - warmup));
            case COSINE -> Math.max(0, 0.5 * (1 + StrictMath.cos(StrictMath.PI * progress)));
            case INVERSE_SQRT -> {
                double scale = warmup > 0 ? warmup : INVERSE_SQRT_SCALE;
                yield 1 / Math.sqrt((step + scale - warmup) / scale);
            }
            case CONSTANT, CONSTANT_WITH_WARMUP -> 1;
        };
    }
}
