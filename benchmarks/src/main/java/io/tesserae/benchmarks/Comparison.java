package io.tesserae.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Contenders on one workload: the timings of every round, in the order in which they were taken.
 *
 * <p>What a shared machine can do changes from minute to minute. So the contenders take turns, and a ratio is formed within
 * a round, where both sides saw the same machine; of these ratios, not of times that lie minutes apart, the median is
 * reported.
 *
 * @param workload what they ran
 * @param rounds for each contender's name, first the one that the others are compared with, its timing in each round
 */
record Comparison(Workload workload, Map<String, List<Timing>> rounds) {

    /**
     * Threads of an engine that has just run spin for a while, waiting for more work, on the cores that the next one
     * needs: without a pause two engines with two threads each on two cores took twice their time.
     */
    private static final long PAUSE_MILLISECONDS = 200;

    /** Lets the contenders take turns: A B C, A B C, and so on. */
    static Comparison of(Workload workload, List<? extends Contender> contenders, int rounds, double seconds) {
        Map<String, List<Timing>> timings = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : contenders) {
                pause();
                timings.computeIfAbsent(contender.name(), name -> new ArrayList<>())
                        .add(contender.time(workload, seconds));
            }
        }
        return new Comparison(workload, timings);
    }

    /** The median over the rounds of a contender's median times, in milliseconds. */
    double medianMilliseconds(String name) {
        return Timing.median(rounds.get(name).stream()
                .mapToDouble(Timing::medianMilliseconds)
                .toArray());
    }

    /** The fastest run of all rounds, in milliseconds. */
    double minimumMilliseconds(String name) {
        return rounds.get(name).stream()
                .mapToDouble(Timing::minimumMilliseconds)
                .min()
                .orElseThrow();
    }

    /** How many times as long as the first contender this one takes: the median of the rounds' ratios. */
    double ratioToFirst(String name) {
        List<Timing> first = rounds.values().iterator().next();
        List<Timing> other = rounds.get(name);
        return Timing.median(IntStream.range(0, first.size())
                .mapToDouble(round ->
                        other.get(round).medianMilliseconds() / first.get(round).medianMilliseconds())
                .toArray());
    }

    /**
     * A Markdown table, a row for each comparison: times, the first one's tokens or pictures per second, and the
     * ratios to it.
     *
     * @param comparisons of the same contenders, on workloads of one unit
     */
    static String table(List<Comparison> comparisons) {
        List<String> names = List.copyOf(comparisons.getFirst().rounds.keySet());
        Workload.Unit unit = comparisons.getFirst().workload.unit();
        List<String> header = new ArrayList<>(List.of(unit.form()));
        names.forEach(name -> header.add(name + ", ms (fastest)"));
        header.add(names.getFirst() + ", " + unit.plural() + "/s");
        names.stream().skip(1).forEach(name -> header.add(name + " ÷ " + names.getFirst()));

        StringBuilder table = new StringBuilder(row(header)).append("|---").append("|--:".repeat(header.size() - 1));
        table.append("|\n");
        for (Comparison comparison : comparisons) {
            List<String> cells = new ArrayList<>(List.of(comparison.workload.title()));
            for (String name : names) {
                cells.add(number("%.1f", comparison.medianMilliseconds(name))
                        + number(" (%.1f)", comparison.minimumMilliseconds(name)));
            }
            double seconds = comparison.medianMilliseconds(names.getFirst()) / 1e3;
            cells.add(number(unit.format(), comparison.workload.units() / seconds));
            names.stream().skip(1).forEach(name -> cells.add(number("%.2f", comparison.ratioToFirst(name))));
            table.append(row(cells));
        }
        return table.toString();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted between two rounds", e);
        }
    }
}
