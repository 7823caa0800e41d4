package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.MatrixProducts;
import io.tesserae.kernel.MatrixProducts.Operand;
import io.tesserae.kernel.MatrixProducts.Size;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What packing both operands anew costs a training step: its three products of each weight, next to the same arithmetic with a weight that
 * has been packed before. A Markdown table.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar io.tesserae.benchmarks.TrainingProducts
 * }</pre>
 *
 * <p>Shares are formed within a round, as {@link KernelEfficiency} does; medians over the rounds are printed.
 */
public final class TrainingProducts {

    /** Tokens, input features and output features: BERT-base's weights. */
    private static final Size[] SIZES = {new Size(1024, 768, 768), new Size(1024, 768, 3072), new Size(1024, 3072, 768)
    };

    private static final int WARM_UP_RUNS = 50;

    private final Engine engine;
    private final int threads;
    private final int rounds;
    private final double seconds;

    private TrainingProducts(Engine engine, int threads, int rounds, double seconds) {
        this.engine = engine;
        this.threads = threads;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** Prints a table. The optional arguments are the threads, the rounds, and the seconds for each product in a round. */
    public static void main(String[] arguments) {
        int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        double seconds = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 0.2;
        try (Engine engine = Engine.builder().threads(threads).build()) {
            System.out.println("Kernels: " + engine.description() + ", threads: " + threads);
            System.out.println();
            System.out.print(new TrainingProducts(engine, threads, rounds, seconds).table(SIZES));
        }
    }

    static TrainingProducts of(Engine engine, int threads, int rounds, double seconds) {
        return new TrainingProducts(engine, threads, rounds, seconds);
    }

    /** Every product of these sizes: {@code [tokens, inFeatures]} by a weight {@code [outFeatures, inFeatures]}. */
    String table(Size... sizes) {
        StringBuilder table = new StringBuilder("""
                | tokens, in → out | product | ms | GFLOP/s | of the FMA peak | of a packed weight's speed |
                |---|---|--:|--:|--:|--:|
                """);
        for (Size size : sizes) {
            append(table, size);
        }
        return table.toString();
    }

    private void append(StringBuilder table, Size size) {
        Map<String, KernelRun> runs = runs(size);
        Map<String, double[]> milliseconds = new LinkedHashMap<>();
        runs.forEach((name, run) -> {
            milliseconds.put(name, new double[rounds]);
            Timing.of(WARM_UP_RUNS, 0, run::run);
        });
        double[] peaks = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            peaks[round] = FmaPeak.gigaflops(threads, seconds);
            for (Map.Entry<String, KernelRun> entry : runs.entrySet()) {
                milliseconds.get(entry.getKey())[round] =
                        Timing.of(seconds, entry.getValue()::run).medianMilliseconds();
            }
        }
        double[] packed = milliseconds.values().iterator().next();
        runs.forEach((name, run) -> {
            double[] times = milliseconds.get(name);
            double[] ofPeak = new double[rounds];
            double[] ofPacked = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                ofPeak[round] = run.operations() / (times[round] * 1e6) / peaks[round];
                ofPacked[round] = packed[round] / times[round];
            }
            double time = Timing.median(times);
            table.append(String.format(
                    Locale.ROOT,
                    "| %d, %d → %d | %s | %.3f | %.0f | %.0f %% | %.2f |%n",
                    size.rows(),
                    size.depth(),
                    size.columns(),
                    name,
                    time,
                    run.operations() / (time * 1e6),
                    100 * Timing.median(ofPeak),
                    Timing.median(ofPacked)));
        });
    }

    /** First the one that the others are compared with. */
    private Map<String, KernelRun> runs(Size size) {
        int tokens = size.rows();
        int inFeatures = size.depth();
        int outFeatures = size.columns();
        float[] x = KernelRun.values(1, tokens * inFeatures);
        float[] weight = KernelRun.values(2, outFeatures * inFeatures);
        float[] gradient = KernelRun.values(3, tokens * outFeatures); // of what the product gives
        float[] y = new float[tokens * outFeatures];
        float[] ofX = new float[tokens * inFeatures];
        float[] ofWeight = new float[outFeatures * inFeatures];
        Size backward = new Size(tokens, outFeatures, inFeatures);
        Size accumulated = new Size(outFeatures, tokens, inFeatures);
        Epilogue add = new Epilogue.AddResidual(ofWeight);
        Map<String, KernelRun> runs = new LinkedHashMap<>();
        runs.put("packed weight", KernelRun.multiply(engine, tokens, inFeatures, outFeatures, KernelRun.After.NOTHING));
        runs.put("forward", run(size, y, workspace -> {
            Operand right = Operand.transposed(weight, inFeatures);
            multiply(workspace, Operand.of(x, inFeatures), right, size, Epilogue.NONE, y);
        }));
        runs.put("gradient of x", run(backward, ofX, workspace -> {
            Operand right = Operand.of(weight, inFeatures);
            multiply(workspace, Operand.of(gradient, outFeatures), right, backward, Epilogue.NONE, ofX);
        }));
        runs.put("gradient of the weight", run(accumulated, ofWeight, workspace -> {
            Operand right = Operand.of(x, inFeatures);
            multiply(workspace, Operand.transposed(gradient, outFeatures), right, accumulated, add, ofWeight);
        }));
        return runs;
    }

    private KernelRun run(Size size, float[] result, Consumer<Workspace> product) {
        double operations = 2.0 * size.rows() * size.depth() * size.columns();
        return new KernelRun("product", operations, 0, engine, result, product);
    }

    private static void multiply(
            Workspace workspace, Operand left, Operand right, Size size, Epilogue epilogue, float[] out) {
        MatrixView result = new MatrixView(out, 0, size.columns());
        MatrixProducts.multiply(workspace, left, right, size, null, epilogue, result);
    }
}
