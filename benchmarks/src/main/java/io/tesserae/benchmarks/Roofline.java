package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import io.tesserae.family.distilbert.DistilBertConfig;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What bounds each kernel, the core's arithmetic or the way to memory, and how near it comes: Williams, Waterman and
 * Patterson, "Roofline", CACM 2009.
 *
 * <p>The kernels of all six layers run one after the other, as {@link KernelEfficiency} has them, so that all weights pass by
 * as they do in the model. In every round both bounds are measured anew, with as many threads, and a share is formed within
 * a round.
 */
final class Roofline {

    /**
     * What a kernel did, or a whole model.
     *
     * @param workload sequences x tokens
     * @param operations float32 operations in one pass, a multiply-add counted as two; 0 if nobody counts
     * @param bytes weights and activations, each once, in one pass; 0 if nobody counts
     * @param rounds how long a pass took, and what bounded it
     */
    record Result(
            String model,
            int threads,
            String workload,
            String kernel,
            double operations,
            double bytes,
            List<Round> rounds) {

        /** Whether it is a kernel, and not a whole model. */
        boolean isKernel() {
            return !kernel.equals(WHOLE);
        }

        double milliseconds() {
            return median(Round::milliseconds);
        }

        double gigaflops() {
            return median(round -> operations / (round.milliseconds * 1e6));
        }

        double shareOfPeak() {
            return median(round -> operations / (round.milliseconds * 1e6) / round.peakGigaflops);
        }

        double gigabytes() {
            return median(round -> bytes / (round.milliseconds * 1e6));
        }

        double shareOfBandwidth() {
            return median(round -> bytes / (round.milliseconds * 1e6) / round.readGigabytes);
        }

        /** Whether its bytes would take longer than its arithmetic, each at the most that the machine gives. */
        boolean isBoundByMemory() {
            return shareOfBandwidth() > shareOfPeak();
        }

        double median(ToDoubleFunction<Round> value) {
            return Timing.median(rounds.stream().mapToDouble(value).toArray());
        }
    }

    /** One pass's time, and the bounds of the same round. */
    record Round(double milliseconds, double peakGigaflops, double readGigabytes) {}

    private static final List<TokenWorkload> WORKLOADS =
            List.of(TokenWorkload.of(1, 16), TokenWorkload.of(1, 128), TokenWorkload.of(8, 128));
    private static final TokenWorkload WHOLE_MODEL = TokenWorkload.of(8, 128);
    private static final String WHOLE = "forward pass";
    private static final int LABELS = 2;
    private static final int WARM_UP_PASSES = 5;

    /** Short passes are many: a number of them says nothing about whether the compiler is done. */
    private static final double WARM_UP_SECONDS = 3;

    /** The bounds are steady; they get less time than the kernels. */
    private static final double SECONDS_FOR_A_BOUND = 0.1;

    private final Engine engine;
    private final MemoryBandwidth memory;
    private final int threads;
    private final int rounds;
    private final double seconds;
    private final double warmUpSeconds;

    Roofline(Engine engine, int megabytes, int rounds, double seconds, double warmUpSeconds) {
        this.engine = engine;
        threads = engine.threads();
        memory = new MemoryBandwidth(threads, megabytes);
        this.rounds = rounds;
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
    }

    static List<Result> measure(int threads, int rounds, double seconds) {
        try (Engine engine = Engine.builder().threads(threads).build()) {
            Roofline roofline = new Roofline(engine, MemoryBandwidth.MEGABYTES, rounds, seconds, WARM_UP_SECONDS);
            List<Result> results = new ArrayList<>();
            for (BlockSizes sizes : BlockSizes.values()) {
                WORKLOADS.forEach(workload -> results.addAll(roofline.kernels(sizes, workload)));
            }
            results.add(roofline.wholeModel(WHOLE_MODEL));
            return results;
        }
    }

    /** Every kernel of a model's layers. */
    List<Result> kernels(BlockSizes sizes, TokenWorkload workload) {
        int[] sequenceStarts = IntStream.rangeClosed(0, workload.batch())
                .map(sequence -> sequence * workload.longest())
                .toArray();
        List<List<KernelRun>> blocks = KernelEfficiency.postNormBlocks(engine, sizes, sequenceStarts);
        Map<String, Double> operations = new LinkedHashMap<>();
        Map<String, Double> bytes = new LinkedHashMap<>();
        Map<String, List<Round>> taken = new LinkedHashMap<>();
        for (List<KernelRun> block : blocks) {
            for (KernelRun run : block) {
                operations.merge(run.name(), run.operations(), Double::sum);
                bytes.merge(run.name(), run.bytes(), Double::sum);
                taken.computeIfAbsent(run.name(), name -> new ArrayList<>());
            }
        }
        KernelEfficiency.medians(blocks, warmUpSeconds);
        for (int round = 0; round < rounds; round++) {
            Round bounds = bounds();
            Map<String, Double> medians = KernelEfficiency.medians(blocks, seconds);
            medians.forEach(
                    (name, time) -> taken.get(name).add(new Round(time, bounds.peakGigaflops, bounds.readGigabytes)));
        }
        return taken.entrySet().stream()
                .map(kernel -> new Result(
                        sizes.model,
                        threads,
                        workload.toString(),
                        kernel.getKey(),
                        operations.get(kernel.getKey()),
                        bytes.get(kernel.getKey()),
                        kernel.getValue()))
                .toList();
    }

    private Round bounds() {
        return new Round(0, FmaPeak.gigaflops(threads, SECONDS_FOR_A_BOUND), memory.gigabytes(SECONDS_FOR_A_BOUND));
    }

    /** A forward pass of DistilBERT-base below its classifier. */
    Result wholeModel(TokenWorkload workload) {
        TokenBatch batch = workload.tokenBatch();
        List<Round> taken = new ArrayList<>();
        try (var model = RandomDistilBert.load(engine, RandomDistilBert.BASE)) {
            Timing.Run forward = () -> model.forward(batch, OutputOptions.RESULT_ONLY);
            Timing.of(WARM_UP_PASSES, 0, forward);
            for (int round = 0; round < rounds; round++) {
                Round bounds = bounds();
                double time = Timing.of(0, seconds, forward).medianMilliseconds();
                taken.add(new Round(time, bounds.peakGigaflops, bounds.readGigabytes));
            }
        }
        double operations = operations(RandomDistilBert.BASE, LABELS, workload.lengths());
        return new Result(BlockSizes.BASE.model, threads, workload.toString(), WHOLE, operations, 0, taken);
    }

    /**
     * The float32 operations that a pass of DistilBERT below a classifier really does, in its products and in attention's, a
     * multiply-add counted as two. Below a classifier the last layer computes keys and values of all tokens, but queries and
     * everything further of the first tokens only; what is left out is not counted.
     */
    static double operations(DistilBertConfig config, int labels, List<Integer> lengths) {
        double width = config.dim();
        double tokens = lengths.stream().mapToDouble(Integer::doubleValue).sum();
        double pairs =
                lengths.stream().mapToDouble(length -> (double) length * length).sum();
        double sequences = lengths.size();
        double projection = 3 * width * width; // multiply-adds a token
        double afterAttention = width * width + 2 * width * config.hiddenDim(); // likewise
        double layer = tokens * (projection + afterAttention) + 2 * pairs * width;
        double lastLayer = (2 * tokens + sequences) * width * width + 2 * tokens * width + sequences * afterAttention;
        double head = sequences * (width * width + width * labels);
        return 2 * ((config.nLayers() - 1) * layer + lastLayer + head);
    }

    /** Every kernel: what it reached, and of which bound. */
    static String kernelTable(List<Result> results) {
        MarkdownTable table = new MarkdownTable(
                4,
                List.of(
                        "threads",
                        "model",
                        "batch x tokens",
                        "kernel",
                        "µs",
                        "GFLOP/s",
                        "of the FMA peak",
                        "MB",
                        "GB/s",
                        "of the read bandwidth",
                        "bound by"));
        for (Result result : results) {
            boolean counted = result.operations > 0;
            table.add(List.of(
                    Integer.toString(result.threads),
                    result.model,
                    result.workload,
                    result.kernel,
                    MarkdownTable.number("%.0f", 1e3 * result.milliseconds()),
                    counted ? MarkdownTable.number("%.0f", result.gigaflops()) : "",
                    counted ? MarkdownTable.percent(result.shareOfPeak()) : "",
                    MarkdownTable.number("%.1f", result.bytes / 1e6),
                    MarkdownTable.number("%.1f", result.gigabytes()),
                    MarkdownTable.percent(result.shareOfBandwidth()),
                    result.isBoundByMemory() ? "memory" : "arithmetic"));
        }
        return table.toString();
    }

    /** Whole models against the peak, and both bounds. */
    static String modelTable(List<Result> results) {
        MarkdownTable table = new MarkdownTable(
                2,
                List.of(
                        "threads",
                        "DistilBERT-base",
                        "ms",
                        "GFLOP",
                        "GFLOP/s",
                        "FMA peak, GFLOP/s",
                        "of the peak",
                        "read bandwidth, GB/s"));
        for (Result result : results) {
            table.add(List.of(
                    Integer.toString(result.threads),
                    result.workload,
                    MarkdownTable.number("%.1f", result.milliseconds()),
                    MarkdownTable.number("%.1f", result.operations / 1e9),
                    MarkdownTable.number("%.0f", result.gigaflops()),
                    MarkdownTable.number("%.0f", result.median(Round::peakGigaflops)),
                    MarkdownTable.percent(result.shareOfPeak()),
                    MarkdownTable.number("%.1f", result.median(Round::readGigabytes))));
        }
        return table.toString();
    }
}
