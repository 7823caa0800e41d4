package io.tesserae.benchmarks;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The timings of contenders that took turns.
 *
 * <p>What a shared machine can do changes from minute to minute. So a ratio is formed within a round, where both sides saw the
 * same machine; of these ratios, not of times that lie minutes apart, the median is reported.
 *
 * @param timings for each contender's name, first the one that the others are compared with, its timing in each round
 */
record Rounds(Map<String, List<Timing>> timings) {

    Rounds {
        timings = new LinkedHashMap<>(timings);
    }

    List<String> names() {
        return List.copyOf(timings.keySet());
    }

    /** The one that the others are compared with. */
    String first() {
        return timings.keySet().iterator().next();
    }

    /** The median over the rounds of a contender's median times, in milliseconds. */
    double medianMilliseconds(String name) {
        return Timing.median(timings.get(name).stream()
                .mapToDouble(Timing::medianMilliseconds)
                .toArray());
    }

    /** The fastest run of all rounds, in milliseconds. */
    double minimumMilliseconds(String name) {
        return timings.get(name).stream()
                .mapToDouble(Timing::minimumMilliseconds)
                .min()
                .orElseThrow();
    }

    /** How many times as long as the first contender this one takes: the median of the rounds' ratios. */
    double ratioToFirst(String name) {
        return medianRatio(round -> milliseconds(name, round));
    }

    /** Likewise of whichever of these was the fastest in a round. */
    double fastestRatioToFirst(Collection<String> names) {
        return medianRatio(round -> names.stream()
                .mapToDouble(name -> milliseconds(name, round))
                .min()
                .orElseThrow());
    }

    private double medianRatio(ToDoubleFunction<Integer> other) {
        String first = first();
        return Timing.median(IntStream.range(0, timings.get(first).size())
                .mapToDouble(round -> other.applyAsDouble(round) / milliseconds(first, round))
                .toArray());
    }

    private double milliseconds(String name, int round) {
        return timings.get(name).get(round).medianMilliseconds();
    }
}
