package io.tesserae.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint in several engines, which take turns: one of the suite's sections.
 *
 * @param python of an environment with torch and transformers
 * @param rounds how many turns each gets
 * @param seconds how long a turn is
 */
record SideBySideSection(Section section, Path model, Path python, int threads, int rounds, double seconds) {

    /** Of Tesserae, before the first round: until the compiler has done its work nothing is as fast as it will be. */
    private static final double WARM_UP_SECONDS = 3;

    /** Other sizes take other paths through the kernels. */
    private static final double WARM_UP_SECONDS_FOR_A_SIZE = 1;

    private static final Path SCRIPT = Path.of("benchmarks", "peers", "time_pytorch.py");

    /**
     * Runs all workloads.
     *
     * @throws IllegalStateException if two engines' logits differ
     */
    List<ModelResult> measure(List<Workload> workloads) {
        List<ModelResult> results = new ArrayList<>();
        try (Contender tesserae = new TesseraeContender(model, threads);
                Contender onnxRuntime = new OnnxRuntimePeer(model, threads);
                Contender pyTorch = new PyTorchPeer(python, SCRIPT, model, threads)) {
            List<Contender> contenders = List.of(tesserae, onnxRuntime, pyTorch);
            tesserae.time(workloads.getFirst(), WARM_UP_SECONDS);
            if (section != Section.DISTILBERT) {
                workloads.forEach(workload -> results.add(measure(contenders, workload)));
                return results;
            }
            try (Contender int8 = new OnnxRuntimePeer(model, threads, OnnxRuntimePeer.Precision.INT8)) {
                List<Contender> andInt8 = List.of(tesserae, onnxRuntime, pyTorch, int8);
                for (Workload workload : workloads) {
                    boolean withInt8 = Section.INT8_WORKLOADS.contains(workload.title());
                    results.add(measure(withInt8 ? andInt8 : contenders, workload));
                }
            }
        }
        return results;
    }

    private ModelResult measure(List<Contender> contenders, Workload workload) {
        Map<String, Double> inexact = SideBySide.requireSameAnswers(contenders, workload);
        contenders.getFirst().time(workload, WARM_UP_SECONDS_FOR_A_SIZE);
        Comparison comparison = Comparison.of(workload, contenders, rounds, seconds);
        double padding = workload instanceof PaddedWorkload texts ? (double) texts.paddedUnits() / texts.units() : 1;
        return new ModelResult(
                section.checkpoint.title, threads, workload.title(), padding, comparison.rounds(), inexact);
    }
}
