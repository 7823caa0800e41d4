package io.tesserae.benchmarks;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tensor.Precision;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Runs one checkpoint in several engines side by side and prints a table of their times.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar io.tesserae.benchmarks.SideBySide \
 *     --model FOLDER --threads 2 --workloads 1x16,1x128,8x128,7+31+128 --rounds 5 --seconds 1 \
 *     --engines tesserae,onnxruntime,pytorch --python .venv/bin/python
 * }</pre>
 *
 * <p>The engines {@code tesserae-float16} and {@code tesserae-bfloat16} have weights of 16 bits, and somewhat other logits.
 *
 * <p>A checkpoint that classifies pictures has workloads such as {@code 1@224,4@224}, pictures @ pixels.
 *
 * <p>With {@code --texts FILE}, a text a line, the workloads are those texts, whole passes over them: for the engines that pad,
 * by 32 in their order and by 32 sorted by length ({@code --padded-batch} says otherwise). Tesserae is timed from text to
 * label, tokenizing included; the others are given the tokens.
 *
 * <p>Before anything is timed, the engines' logits are compared: engines that disagree are not worth timing.
 */
public final class SideBySide {

    /** Float32 engines that add in different orders differ by about 1e-6; one that pads wrongly, by 1e-2 and more. */
    private static final double LOGITS_TOLERANCE = 1e-4;

    private static final Map<String, String> DEFAULTS = Map.of(
            "--threads", "1",
            "--workloads", "1x16,1x128,8x128",
            "--texts", "",
            "--padded-batch", "32",
            "--rounds", "5",
            "--seconds", "1",
            "--engines", "tesserae,onnxruntime,pytorch",
            "--python", "python3",
            "--script", "benchmarks/peers/time_pytorch.py");

    private SideBySide() {}

    /** Prints the table; the class comment shows the options. */
    public static void main(String[] arguments) {
        Map<String, String> options = options(arguments);
        List<Workload> workloads = options.get("--texts").isEmpty()
                ? Arrays.stream(options.get("--workloads").split(","))
                        .map(Workload::parse)
                        .toList()
                : corpus(
                        Path.of(options.get("--texts")),
                        Path.of(options.get("--model")),
                        Integer.parseInt(options.get("--padded-batch")));
        int rounds = Integer.parseInt(options.get("--rounds"));
        double seconds = Double.parseDouble(options.get("--seconds"));
        List<Contender> contenders = new ArrayList<>();
        try {
            for (String engine : options.get("--engines").split(",")) {
                contenders.add(contender(engine, options));
            }
            System.out.print(compare(contenders, workloads, rounds, seconds));
            System.out.printf(Locale.ROOT, "FMA peak of one core: %.0f GFLOP/s%n", FmaPeak.gigaflops(1));
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    /** The texts of a file, to be padded in their order, and sorted by length. */
    static List<Workload> corpus(Path file, Path model, int paddedBatch) {
        try {
            List<String> texts = Files.readAllLines(file);
            Tokenizer tokenizer = AutoTokenizer.fromPretrained(model);
            List<int[]> inputIds = tokenizer.encodeBatch(texts).stream()
                    .map(Encoding::inputIds)
                    .toList();
            return List.of(
                    new CorpusWorkload(texts, inputIds, paddedBatch, false),
                    new CorpusWorkload(texts, inputIds, paddedBatch, true));
        } catch (IOException e) {
            throw new UncheckedIOException("--texts: cannot read " + file, e);
        }
    }

    /** The engines that {@code --engines} can name; the first one named is the one that the others are compared with. */
    private static Contender contender(String engine, Map<String, String> options) {
        Path model = Path.of(options.get("--model"));
        int threads = Integer.parseInt(options.get("--threads"));
        return switch (engine) {
            case "tesserae" -> new TesseraeContender(model, threads);
            case "tesserae-float16" -> new TesseraeContender(model, threads, Precision.FLOAT16);
            case "tesserae-bfloat16" -> new TesseraeContender(model, threads, Precision.BFLOAT16);
            case "tesserae-int8" -> new TesseraeContender(model, threads, Precision.INT8);
            case "onnxruntime" -> new OnnxRuntimePeer(model, threads);
            case "pytorch" ->
                new PyTorchPeer(Path.of(options.get("--python")), Path.of(options.get("--script")), model, threads);
            default ->
                throw new IllegalArgumentException(
                        "--engines: unknown engine \"" + engine
                                + "\"; expected tesserae, tesserae-float16, tesserae-bfloat16, tesserae-int8, onnxruntime or pytorch");
        };
    }

    /**
     * Compares engines on workloads.
     *
     * @return a Markdown table, one row for each workload
     * @throws IllegalArgumentException if some workloads are of tokens and some of pictures
     * @throws IllegalStateException if two engines answer differently
     */
    static String compare(List<? extends Contender> contenders, List<Workload> workloads, int rounds, double seconds) {
        requireOneUnit(workloads);
        for (Workload workload : workloads) {
            requireSameAnswers(contenders, workload);
        }
        List<Comparison> comparisons = workloads.stream()
                .map(workload -> Comparison.of(workload, contenders, rounds, seconds))
                .toList();
        return Comparison.table(comparisons);
    }

    private static void requireOneUnit(List<Workload> workloads) {
        if (workloads.stream().map(Workload::unit).distinct().count() > 1) {
            throw new IllegalArgumentException("--workloads " + workloads
                    + ": no model takes both tokens, as in 8x128, and pictures, as in 4@224");
        }
    }

    /**
     * Compares the logits of contenders with the first one's.
     *
     * @return for those that are not exact, the largest difference
     * @throws IllegalStateException if one that is exact answers differently
     */
    static Map<String, Double> requireSameAnswers(List<? extends Contender> contenders, Workload workload) {
        Contender first = contenders.getFirst();
        float[][] expected = first.logits(workload);
        Map<String, Double> inexact = new LinkedHashMap<>();
        for (Contender other : contenders.subList(1, contenders.size())) {
            double difference = largestDifference(expected, other.logits(workload));
            if (!other.isExact()) {
                inexact.put(other.name(), difference);
                continue;
            }
            // Written so that NaN fails too.
            if (!(difference <= LOGITS_TOLERANCE)) {
                throw new IllegalStateException("on " + workload.title() + " the logits of " + other.name()
                        + " differ from those of " + first.name()
                        + " by " + difference + ", more than " + LOGITS_TOLERANCE
                        + "; do both hold the same checkpoint?");
            }
        }
        return inexact;
    }

    /** Relative to the largest magnitude, where that exceeds 1; NaN where anything is NaN. */
    static double largestDifference(float[][] expected, float[][] found) {
        if (expected.length != found.length) {
            return Double.POSITIVE_INFINITY;
        }
        double difference = 0;
        double magnitude = 1;
        for (int row = 0; row < expected.length; row++) {
            if (expected[row].length != found[row].length) {
                return Double.POSITIVE_INFINITY;
            }
            for (int label = 0; label < expected[row].length; label++) {
                difference = Math.max(difference, Math.abs((double) expected[row][label] - found[row][label]));
                magnitude = Math.max(magnitude, Math.abs(expected[row][label]));
            }
        }
        return difference / magnitude;
    }

    static Map<String, String> options(String... arguments) {
        Map<String, String> options = new HashMap<>(DEFAULTS);
        for (int i = 0; i < arguments.length; i += 2) {
            Set<String> known = DEFAULTS.keySet();
            if (!arguments[i].equals("--model") && !known.contains(arguments[i])) {
                throw new IllegalArgumentException(
                        "unknown option " + arguments[i] + "; expected --model or one of " + known);
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value");
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        if (!options.containsKey("--model")) {
            throw new IllegalArgumentException(
                    "--model FOLDER is needed; benchmarks/peers/make_checkpoint.py and export_onnx.py make one");
        }
        return options;
    }
}
