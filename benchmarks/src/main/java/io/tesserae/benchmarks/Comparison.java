package io.tesserae.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Contenders on one workload.
 *
 * @param workload what they ran
 * @param rounds how long they took
 */
record Comparison(Workload workload, Rounds rounds) {

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
        return new Comparison(workload, new Rounds(timings));
    }

    /**
     * A Markdown table, a row for each comparison: times, the first one's tokens or pictures per second, and the
     * ratios to it.
     *
     * @param comparisons of the same contenders, on workloads of one unit
     */
    static String table(List<Comparison> comparisons) {
        List<String> names = comparisons.getFirst().rounds.names();
        Workload.Unit unit = comparisons.getFirst().workload.unit();
        List<String> header = new ArrayList<>(List.of(unit.form()));
        names.forEach(name -> header.add(name + ", ms (fastest)"));
        header.add(names.getFirst() + ", " + unit.plural() + "/s");
        names.stream().skip(1).forEach(name -> header.add(name + " ÷ " + names.getFirst()));

        MarkdownTable table = new MarkdownTable(1, header);
        for (Comparison comparison : comparisons) {
            Rounds rounds = comparison.rounds;
            List<String> cells = new ArrayList<>(List.of(comparison.workload.title()));
            names.forEach(name -> cells.add(milliseconds(rounds, name)));
            double seconds = rounds.medianMilliseconds(names.getFirst()) / 1e3;
            cells.add(MarkdownTable.number(unit.format(), comparison.workload.units() / seconds));
            names.stream().skip(1).forEach(name -> cells.add(MarkdownTable.number("%.2f", rounds.ratioToFirst(name))));
            table.add(cells);
        }
        return table.toString();
    }

    /** The median, and the fastest run in brackets. */
    static String milliseconds(Rounds rounds, String name) {
        return String.format(
                Locale.ROOT, "%.1f (%.1f)", rounds.medianMilliseconds(name), rounds.minimumMilliseconds(name));
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
