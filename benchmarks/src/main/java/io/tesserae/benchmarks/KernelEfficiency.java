package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import io.tesserae.model.Encoder;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageGrid;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How much of a core's arithmetic the kernels use, and where the time of a forward pass goes: Markdown tables.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar io.tesserae.benchmarks.KernelEfficiency
 * }</pre>
 *
 * <p>One thread. What a shared machine can do changes from minute to minute, so in every round the peak is measured anew,
 * and a share is formed within a round; medians over the rounds are printed.
 */
public final class KernelEfficiency {

    private static final int[] ROWS = {16, 128, 1024};
    private static final int[] TOKENS = {16, 128, 512};

    /** Perceiver's: latents that look at the pixels of a picture, and pixels that look at latents. */
    private static final OneHead[] ONE_HEAD = {
        new OneHead(512, 50_176, 261), new OneHead(512, 50_176, 512), new OneHead(50_176, 2048, 512)
    };

    private static final TokenWorkload BREAKDOWN_TEXT = TokenWorkload.of(1, 128);
    private static final List<ImageWorkload> BREAKDOWN_IMAGES =
            List.of(new ImageWorkload(1, 224), new ImageWorkload(4, 224));
    private static final int WARM_UP_PASSES = 10;

    private final Engine engine;
    private final int rounds;
    private final double seconds;

    private KernelEfficiency(Engine engine, int rounds, double seconds) {
        this.engine = engine;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** Prints the tables. The optional arguments are the number of rounds, and the seconds for each kernel in a round. */
    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 0.3;
        try (Engine engine = Engine.builder().threads(1).build()) {
            KernelEfficiency efficiency = new KernelEfficiency(engine, rounds, seconds);
            System.out.println("Kernels: " + engine.description() + ", one thread");
            System.out.println();
            System.out.print(efficiency.kernelTable(ROWS, TOKENS, ONE_HEAD));
            System.out.println();
            System.out.print(efficiency.distilBertTable(BREAKDOWN_TEXT));
            for (ImageWorkload images : BREAKDOWN_IMAGES) {
                System.out.println();
                System.out.print(efficiency.vitTable(images));
            }
        }
    }

    static KernelEfficiency of(Engine engine, int rounds, double seconds) {
        return new KernelEfficiency(engine, rounds, seconds);
    }

    /** Attention of one head. */
    record OneHead(int queries, int keys, int channels) {}

    /** One weight over and over: each product, and attention. */
    String kernelTable(int[] rowCounts, int[] tokenCounts, OneHead... shapes) {
        Map<String, KernelRun> runs = new LinkedHashMap<>();
        for (KernelBenchmark.Shape shape : KernelBenchmark.Shape.values()) {
            for (int rows : rowCounts) {
                KernelRun run = shape.run(engine, rows);
                runs.put(run.name() + " | " + rows, run);
            }
        }
        for (int tokens : tokenCounts) {
            runs.put("attention | " + tokens, KernelRun.attention(engine, BlockSizes.BASE, tokens));
        }
        for (OneHead shape : shapes) {
            KernelRun run = KernelRun.oneHead(engine, shape.queries(), shape.keys(), shape.channels());
            runs.put(run.name() + " | " + shape.queries(), run);
        }
        Map<String, double[]> milliseconds = new LinkedHashMap<>();
        Map<String, double[]> shares = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            double peak = FmaPeak.gigaflops(seconds);
            for (Map.Entry<String, KernelRun> entry : runs.entrySet()) {
                KernelRun run = entry.getValue();
                double time = Timing.of(seconds, run::run).medianMilliseconds();
                milliseconds.computeIfAbsent(entry.getKey(), key -> new double[rounds])[round] = time;
                shares.computeIfAbsent(entry.getKey(), key -> new double[rounds])[round] =
                        run.operations() / (time * 1e6) / peak;
            }
        }
        StringBuilder table = new StringBuilder("""
                | kernel | rows | ms | GFLOP/s | of the FMA peak |
                |---|--:|--:|--:|--:|
                """);
        runs.forEach((name, run) -> {
            double time = Timing.median(milliseconds.get(name));
            table.append(format(
                    "| %s | %.3f | %.0f | %.0f %% |%n",
                    name, time, run.operations() / (time * 1e6), 100 * Timing.median(shares.get(name))));
        });
        return table.toString();
    }

    /** Where the time of DistilBERT-base goes, on one sequence. */
    private String distilBertTable(TokenWorkload workload) {
        List<List<KernelRun>> blocks = postNormBlocks(engine, BlockSizes.BASE, new int[] {0, workload.units()});
        TokenBatch batch = workload.tokenBatch();
        try (var model = RandomDistilBert.load(engine, RandomDistilBert.BASE)) {
            // The encoder alone: below a classifier, the last layer would compute first tokens only.
            Encoder encoder = (Encoder) model.backbone();
            return breakdownTable(workload, blocks, () -> encoder.forward(batch, OutputOptions.RESULT_ONLY));
        }
    }

    /** Where the time of ViT-B/16 goes. Its patches' product, 1 % of all its arithmetic, is not among the kernels. */
    private String vitTable(ImageWorkload workload) {
        ImageGrid grid = RandomVit.BASE.grid();
        int tokens = 1 + grid.gridHeight() * grid.gridWidth();
        int[] sequenceStarts = IntStream.rangeClosed(0, workload.images())
                .map(image -> image * tokens)
                .toArray();
        KernelRun.Activations activations = KernelRun.Activations.of(BlockSizes.BASE, workload.images() * tokens);
        List<List<KernelRun>> blocks = blocks(
                RandomVit.BASE.numHiddenLayers(), () -> KernelRun.preNormBlock(engine, sequenceStarts, activations));
        ImageBatch batch = workload.imageBatch();
        try (var model = RandomVit.load(engine, RandomVit.BASE)) {
            return breakdownTable(workload, blocks, () -> model.forward(batch, OutputOptions.RESULT_ONLY, false));
        }
    }

    /** The six layers of DistilBERT or MiniLM, between shared activations. */
    static List<List<KernelRun>> postNormBlocks(Engine engine, BlockSizes sizes, int[] sequenceStarts) {
        var activations = KernelRun.Activations.of(sizes, sequenceStarts[sequenceStarts.length - 1]);
        return blocks(
                RandomDistilBert.BASE.nLayers(),
                () -> KernelRun.postNormBlock(engine, sizes, sequenceStarts, activations));
    }

    private static List<List<KernelRun>> blocks(int layers, Supplier<List<KernelRun>> block) {
        return Stream.generate(block).limit(layers).toList();
    }

    /**
     * Where the time of one forward pass goes. All layers' kernels run one after the other, so that all weights pass by as
     * they do in the model, with a clock between them; the model itself takes turns with them. What the model takes beyond
     * its layers' kernels (embeddings, the head, allocation) is the last row but one.
     */
    String breakdownTable(Workload workload, List<List<KernelRun>> blocks, Runnable forward) {
        Map<String, Double> operations = new LinkedHashMap<>();
        blocks.forEach(block -> block.forEach(run -> operations.merge(run.name(), run.operations(), Double::sum)));
        Map<String, double[]> milliseconds = new LinkedHashMap<>();
        operations.keySet().forEach(name -> milliseconds.put(name, new double[rounds]));
        double[] whole = new double[rounds];
        double[] peaks = new double[rounds];
        for (int pass = 0; pass < WARM_UP_PASSES; pass++) {
            timed(blocks);
            forward.run();
        }
        for (int round = 0; round < rounds; round++) {
            peaks[round] = FmaPeak.gigaflops(seconds);
            whole[round] = Timing.of(seconds, forward::run).medianMilliseconds();
            Map<String, Double> medians = medians(blocks, seconds);
            for (String name : operations.keySet()) {
                milliseconds.get(name)[round] = medians.get(name);
            }
        }
        return breakdown(workload, operations, milliseconds, Timing.median(whole), Timing.median(peaks));
    }

    /** Passes for so many seconds, at least one: of each kernel the median of its milliseconds in a pass. */
    static Map<String, Double> medians(List<List<KernelRun>> blocks, double seconds) {
        List<Map<String, Double>> passes = new ArrayList<>();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            passes.add(timed(blocks));
        } while (System.nanoTime() < end);
        Map<String, Double> medians = new LinkedHashMap<>();
        for (String name : passes.getFirst().keySet()) {
            medians.put(
                    name,
                    Timing.median(
                            passes.stream().mapToDouble(pass -> pass.get(name)).toArray()));
        }
        return medians;
    }

    /** One pass over all layers: each kernel's milliseconds, added up by its name. */
    static Map<String, Double> timed(List<List<KernelRun>> blocks) {
        Map<String, Double> milliseconds = new LinkedHashMap<>();
        for (List<KernelRun> block : blocks) {
            for (KernelRun run : block) {
                long start = System.nanoTime();
                run.run();
                milliseconds.merge(run.name(), (System.nanoTime() - start) / 1e6, Double::sum);
            }
        }
        return milliseconds;
    }

    private static String breakdown(
            Workload workload,
            Map<String, Double> operations,
            Map<String, double[]> milliseconds,
            double whole,
            double peak) {
        StringBuilder table = new StringBuilder(
                        format("| kernel, %s | ms | of the pass | GFLOP/s | of the FMA peak |%n", workload))
                .append("|---|--:|--:|--:|--:|\n");
        double kernels = 0;
        for (String name : operations.keySet()) {
            double time = Timing.median(milliseconds.get(name));
            kernels += time;
            table.append(row(name, time, whole, operations.get(name), peak));
        }
        double all =
                operations.values().stream().mapToDouble(Double::doubleValue).sum();
        return table.append(row("everything else", whole - kernels, whole, 0, peak))
                .append(row("forward pass", whole, whole, all, peak))
                .toString();
    }

    private static String row(String name, double milliseconds, double whole, double operations, double peak) {
        double gigaflops = operations / (milliseconds * 1e6);
        return operations == 0
                ? format("| %s | %.2f | %.1f %% | | |%n", name, milliseconds, 100 * milliseconds / whole)
                : format(
                        "| %s | %.2f | %.1f %% | %.0f | %.0f %% |%n",
                        name, milliseconds, 100 * milliseconds / whole, gigaflops, 100 * gigaflops / peak);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
