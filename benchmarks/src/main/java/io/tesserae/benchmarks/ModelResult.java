package io.tesserae.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How long several engines took for one workload.
 *
 * @param model what the checkpoint is called
 * @param threads of each engine
 * @param workload what the workload is called
 * @param padding how many tokens padding makes of one, 1 where nothing is padded
 * @param rounds how long they took, Tesserae first
 * @param inexact of the engines whose answers are not those of float32 arithmetic, how far the logits are off
 */
record ModelResult(
        String model, int threads, String workload, double padding, Rounds rounds, Map<String, Double> inexact) {

    /** The engines that compute the same as Tesserae. */
    List<String> peers() {
        return rounds.names().stream()
                .skip(1)
                .filter(name -> !inexact.containsKey(name))
                .toList();
    }

    /** The time of whichever peer was faster, in units of Tesserae's. */
    double ratioOfFasterPeer() {
        return rounds.fastestRatioToFirst(peers());
    }

    /** Times, each peer's ratio, and that of the faster of them. */
    static String table(List<ModelResult> results) {
        Rounds any = results.getFirst().rounds;
        List<String> peers = results.getFirst().peers();
        boolean padded = results.stream().anyMatch(result -> result.padding != 1);
        List<String> header = new ArrayList<>(List.of("threads", "workload"));
        if (padded) {
            header.add("padding");
        }
        header.add(any.first() + ", ms");
        peers.forEach(peer -> header.add(peer + ", ms"));
        peers.forEach(peer -> header.add(peer + " ÷ " + any.first()));
        header.add("faster peer ÷ " + any.first());
        MarkdownTable table = new MarkdownTable(2, header);
        for (ModelResult result : results) {
            Rounds rounds = result.rounds;
            List<String> cells = new ArrayList<>(List.of(Integer.toString(result.threads), result.workload));
            if (padded) {
                cells.add(MarkdownTable.number("× %.2f", result.padding));
            }
            cells.add(Comparison.milliseconds(rounds, rounds.first()));
            peers.forEach(peer -> cells.add(Comparison.milliseconds(rounds, peer)));
            peers.forEach(peer -> cells.add(MarkdownTable.number("%.2f", rounds.ratioToFirst(peer))));
            cells.add("**" + MarkdownTable.number("%.2f", result.ratioOfFasterPeer()) + "**");
            table.add(cells);
        }
        return table.toString();
    }

    /** The engines that compute something else, and how far off their answers are. */
    static String inexactTable(List<ModelResult> results) {
        MarkdownTable table = new MarkdownTable(
                2, List.of("threads", "workload", "engine", "ms", "÷ Tesserae (float32)", "logits off by, relative"));
        for (ModelResult result : results) {
            result.inexact.forEach((engine, difference) -> table.add(List.of(
                    Integer.toString(result.threads),
                    result.workload,
                    engine,
                    Comparison.milliseconds(result.rounds, engine),
                    MarkdownTable.number("%.2f", result.rounds.ratioToFirst(engine)),
                    MarkdownTable.number("%.3f", difference))));
        }
        return table.toString();
    }
}
