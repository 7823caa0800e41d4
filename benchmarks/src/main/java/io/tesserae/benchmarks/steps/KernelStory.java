package io.tesserae.benchmarks.steps;

import io.tesserae.benchmarks.FmaPeak;
import io.tesserae.benchmarks.Timing;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;

/**
 * Runs the steps of {@code docs/kernel-story.md} and prints them as Markdown tables.
 *
 * <pre>{@code
 * java -XX:+UseTransparentHugePages --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar \
 *     io.tesserae.benchmarks.steps.KernelStory
 * }</pre>
 *
 * <p>What a shared machine can do changes from minute to minute, so the steps take turns: in every round the peak is measured, then
 * each step; shares and ratios are formed within a round, and medians over the rounds are printed.
 */
public final class KernelStory {

    /** Vector code that is not compiled yet is a thousand times slower: each step runs so often on something small first. */
    private static final int WARM_UP_RUNS = 2000;

    private static final int IN_FEATURES = 3072;
    private static final int OUT_FEATURES = 768;
    private static final int QUERIES = 128;
    private static final int[] KEYS = {16, 128};

    private final int rounds;
    private final double seconds;

    private KernelStory(int rounds, double seconds) {
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** Prints the tables. The optional arguments are the number of rounds, the seconds for each step in a round, and the rows. */
    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 0.25;
        int rows = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 168;
        KernelStory story = of(rounds, seconds);
        System.out.printf(
                Locale.ROOT,
                "Vectors of %d bits; %d rounds of %s s a step; %d rows.%n%n",
                FloatVector.SPECIES_PREFERRED.vectorBitSize(),
                rounds,
                seconds,
                rows);
        System.out.println(story.products(ProductOperands.random(rows, IN_FEATURES, OUT_FEATURES)));
        System.out.println(story.gelus(ProductOperands.random(rows, OUT_FEATURES, IN_FEATURES)));
        System.out.print(story.softmaxes(QUERIES, KEYS));
    }

    static KernelStory of(int rounds, double seconds) {
        return new KernelStory(rounds, seconds);
    }

    /** Measurements of a step, a value for each round. */
    private record Measured(double[] speed, double[] share, double[] shareOfBoth) {

        static Measured in(int rounds) {
            return new Measured(new double[rounds], new double[rounds], new double[rounds]);
        }
    }

    /** The product: one core by itself, and then both (or all), each with operands of its own. */
    String products(ProductOperands operands) {
        int cores = Runtime.getRuntime().availableProcessors();
        Map<ProductStage, List<ProductStep>> steps = new EnumMap<>(ProductStage.class);
        Map<ProductStage, Measured> measured = new EnumMap<>(ProductStage.class);
        ProductOperands small = ProductOperands.random(48, 64, 64);
        for (ProductStage stage : ProductStage.values()) {
            try (ProductStep warmUp = stage.prepare(small)) {
                repeat(WARM_UP_RUNS, warmUp::run);
            }
            int copies = stage.threads() > 1 ? 1 : cores;
            steps.put(
                    stage,
                    Stream.generate(() -> stage.prepare(operands)).limit(copies).toList());
            measured.put(stage, Measured.in(rounds));
        }
        for (int round = 0; round < rounds; round++) {
            double peak = FmaPeak.gigaflops(seconds);
            for (ProductStage stage : ProductStage.values()) {
                ProductStep alone = steps.get(stage).getFirst();
                double speed = operands.operations() / (milliseconds(alone::run) * 1e6);
                Measured of = measured.get(stage);
                of.speed[round] = speed;
                of.share[round] = speed / (peak * stage.threads());
                of.shareOfBoth[round] = stage.threads() > 1
                        ? of.share[round]
                        : together(steps.get(stage), operands.operations()) / (peak * cores);
            }
        }
        steps.values().forEach(copies -> copies.forEach(ProductStep::close));
        return productTable(measured);
    }

    /** How fast they all are when all run at the same time, each on a thread of its own. */
    private double together(List<ProductStep> steps, double operations) {
        double[] speeds = new double[steps.size()];
        List<Thread> threads = IntStream.range(0, steps.size())
                .mapToObj(i -> Thread.ofPlatform()
                        .start(() -> speeds[i] = operations / (milliseconds(steps.get(i)::run) * 1e6)))
                .toList();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted while steps were timed", e);
            }
        }
        return IntStream.range(0, speeds.length).mapToDouble(i -> speeds[i]).sum();
    }

    private String productTable(Map<ProductStage, Measured> measured) {
        StringBuilder table = new StringBuilder(
                        "| step | | GFLOP/s | of the FMA peak | times the step before | all cores at once, of their peak |\n")
                .append("|---|---|--:|--:|--:|--:|\n");
        double[] before = null;
        for (ProductStage stage : ProductStage.values()) {
            Measured of = measured.get(stage);
            table.append(format(
                    "| %s | %s | %.1f | %.1f %% | %s | %.1f %% |%n",
                    stage.number,
                    stage.title,
                    Timing.median(of.speed),
                    100 * Timing.median(of.share),
                    before == null || stage.isRejected() ? "" : format("%.2f", ratio(of.speed, before)),
                    100 * Timing.median(of.shareOfBoth)));
            before = of.speed;
        }
        return table.toString();
    }

    /** A product followed by GELU, in all and beyond the product alone. */
    String gelus(ProductOperands operands) {
        Map<GeluStage, GeluStep> steps = new EnumMap<>(GeluStage.class);
        Map<GeluStage, double[]> milliseconds = new EnumMap<>(GeluStage.class);
        ProductOperands small = ProductOperands.random(48, 64, 64);
        for (GeluStage stage : GeluStage.values()) {
            try (GeluStep warmUp = stage.prepare(small)) {
                repeat(WARM_UP_RUNS, warmUp::run);
            }
            steps.put(stage, stage.prepare(operands));
            milliseconds.put(stage, new double[rounds]);
        }
        for (int round = 0; round < rounds; round++) {
            for (GeluStage stage : GeluStage.values()) {
                milliseconds.get(stage)[round] = milliseconds(steps.get(stage)::run);
            }
        }
        steps.values().forEach(GeluStep::close);
        return geluTable(milliseconds, operands.rows() * operands.outFeatures());
    }

    private String geluTable(Map<GeluStage, double[]> milliseconds, int values) {
        StringBuilder table = new StringBuilder("| step | | product and GELU, ms | of that GELU, ms | ns a value |\n")
                .append("|---|---|--:|--:|--:|\n");
        double[] alone = milliseconds.get(GeluStage.NONE);
        for (GeluStage stage : GeluStage.values()) {
            double[] all = milliseconds.get(stage);
            double gelu = Timing.median(IntStream.range(0, rounds)
                    .mapToDouble(i -> all[i] - alone[i])
                    .toArray());
            table.append(format(
                    "| %s | %s | %.2f | %.2f | %.2f |%n",
                    stage.number, stage.title, Timing.median(all), gelu, gelu * 1e6 / values));
        }
        return table.toString();
    }

    /** Softmax of rows of several lengths. */
    String softmaxes(int queries, int... keyCounts) {
        StringBuilder head = new StringBuilder("| step | |");
        StringBuilder rule = new StringBuilder("|---|---|");
        Map<SoftmaxStage, StringBuilder> lines = new EnumMap<>(SoftmaxStage.class);
        for (SoftmaxStage stage : SoftmaxStage.values()) {
            lines.put(stage, new StringBuilder(format("| %s | %s |", stage.number, stage.title)));
        }
        for (int keys : keyCounts) {
            head.append(format(" %d keys, ns a value | times the step before |", keys));
            rule.append("--:|--:|");
            addSoftmaxes(SoftmaxOperands.random(queries, keys), lines);
        }
        StringBuilder table =
                new StringBuilder().append(head).append('\n').append(rule).append('\n');
        lines.values().forEach(line -> table.append(line).append('\n'));
        return table.toString();
    }

    private void addSoftmaxes(SoftmaxOperands operands, Map<SoftmaxStage, StringBuilder> lines) {
        Map<SoftmaxStage, SoftmaxStep> steps = new EnumMap<>(SoftmaxStage.class);
        Map<SoftmaxStage, double[]> perSecond = new EnumMap<>(SoftmaxStage.class);
        for (SoftmaxStage stage : SoftmaxStage.values()) {
            SoftmaxStep step = stage.prepare(operands);
            repeat(WARM_UP_RUNS, step::run);
            steps.put(stage, step);
            perSecond.put(stage, new double[rounds]);
        }
        for (int round = 0; round < rounds; round++) {
            for (SoftmaxStage stage : SoftmaxStage.values()) {
                perSecond.get(stage)[round] = operands.scores().length * 1e3 / milliseconds(steps.get(stage)::run);
            }
        }
        double[] before = null;
        for (SoftmaxStage stage : SoftmaxStage.values()) {
            double[] speed = perSecond.get(stage);
            String times = before == null ? "" : format("%.2f", ratio(speed, before));
            lines.get(stage).append(format(" %.2f | %s |", 1e9 / Timing.median(speed), times));
            before = speed;
        }
    }

    private static void repeat(int runs, Runnable step) {
        for (int run = 0; run < runs; run++) {
            step.run();
        }
    }

    private double milliseconds(Timing.Run step) {
        return Timing.of(1, seconds, step).medianMilliseconds();
    }

    /** The median of the ratios that were formed in each round. */
    private static double ratio(double[] speed, double[] before) {
        return Timing.median(IntStream.range(0, speed.length)
                .mapToDouble(i -> speed[i] / before[i])
                .toArray());
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
