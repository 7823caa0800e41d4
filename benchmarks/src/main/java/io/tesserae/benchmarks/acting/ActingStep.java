package io.tesserae.benchmarks.acting;

import com.google.gson.Gson;
import io.tesserae.benchmarks.FmaPeak;
import io.tesserae.benchmarks.MemoryBandwidth;
import io.tesserae.benchmarks.Timing;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForActing;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.episode.Generalist;
import io.tesserae.tensor.TensorSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How many steps a second JAT of its published size takes, for one agent and for several that act together.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp benchmarks/target/benchmarks.jar io.tesserae.benchmarks.acting.ActingStep
 *     --surroundings continuous --agents 1,8,64 --kept 64 --rounds 7 --steps 8
 * }</pre>
 *
 * <p>In every round each number of agents takes some steps, and the memory's bandwidth is measured. A step reads all weights of the
 * transformer whatever the number of agents: the share is the bytes of the weights that it reads, divided by its time and by
 * that bandwidth. Many agents are bound by arithmetic instead, whose peak is measured too. Ratios and shares are formed within a round; medians are printed.
 *
 * <p>With {@code --serve} it prints {@code ready}, and is an {@link ActingServer}.
 */
@Command(name = "acting-step", sortOptions = false)
public final class ActingStep implements Callable<Integer> {

    /** For so long memory is read in a round. */
    private static final double SECONDS = 0.2;

    @Option(names = "--checkpoint", description = "a folder; random weights without it")
    private Path checkpoint;

    @Option(names = "--surroundings", split = ",", description = "continuous, discrete, frames")
    private List<Surroundings> surroundings = List.of(Surroundings.values());

    @Option(names = "--agents", split = ",", description = "how many act together; shares and ratios are to the first")
    private List<Integer> agents = List.of(1, 8, 64);

    @Option(names = "--context", description = "tokens that are kept of an episode at most; 0: as the model can")
    private int context;

    @Option(names = "--kept", description = "tokens of the episode before the first step that is timed")
    private int kept = 64;

    @Option(names = "--threads")
    private int threads = 2;

    @Option(names = "--rounds")
    private int rounds = 7;

    @Option(names = "--steps", description = "in a round")
    private int steps = 8;

    @Option(names = "--json", description = "a line of JSON for each row of the table")
    private boolean json;

    @Option(names = "--serve", description = "answers the lines of its input")
    private boolean serve;

    /** A row of the table; the keys are those of JSON. */
    record Row(
            String surroundings,
            int agents,
            int kept_tokens,
            double milliseconds,
            double steps_per_second,
            double weight_megabytes,
            double gigabytes_per_second,
            double share,
            double gigaflops,
            double peak_gigaflops,
            double times_the_first) {}

    /**
     * Where in their episodes agents are.
     *
     * @param newTokens that a step reads
     */
    private record Episodes(int keptTokens, int newTokens) {}

    /**
     * What the machine could do in each round.
     *
     * @param bandwidths gigabytes a second
     * @param peaks billions of operations a second
     */
    private record Machine(double[] bandwidths, double[] peaks) {}

    private final RandomJat.Sizes sizes = RandomJat.Sizes.PUBLISHED;
    private MemoryBandwidth memory;

    private ActingStep() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ActingStep())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, commandLine, _) -> {
                    commandLine.getErr().println("acting-step: " + failure.getMessage());
                    return commandLine.getCommandSpec().exitCodeOnExecutionException();
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        memory = new MemoryBandwidth(threads, MemoryBandwidth.MEGABYTES);
        try (Engine engine = Engine.builder().threads(threads).build();
                Generalist model = checkpoint == null ? RandomJat.load(engine, sizes) : load(engine)) {
            if (serve) {
                serve(engine, model);
            } else {
                if (!json) {
                    System.out.println(
                            "| surroundings | agents | kept | ms | steps/s | MB | read, GB/s | share | GFLOP/s | peak | times |");
                    System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
                }
                for (Surroundings one : surroundings) {
                    measure(model, one).forEach(this::print);
                }
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private void serve(Engine engine, Generalist model) throws IOException {
        try (TensorSource weights = checkpoint == null
                ? RandomJat.weights(sizes)
                : SafetensorsFile.open(checkpoint.resolve("model.safetensors"))) {
            FrameEncoding encoder = new FrameEncoding(engine, weights, sizes.hidden());
            System.out.println("ready");
            new ActingServer(model, encoder, sizes, () -> memory.gigabytes(SECONDS))
                    .serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out);
        }
    }

    private Generalist load(Engine engine) {
        return AutoModelForActing.fromPretrained(ModelFiles.directory(checkpoint), engine)
                .generalist();
    }

    private void print(Row row) {
        System.out.println(
                json
                        ? new Gson().toJson(row)
                        : String.format(
                                Locale.ROOT,
                                "| %s | %d | %d | %.1f | %.1f | %.0f | %.1f | %.0f %% | %.0f | %.0f | %.1f |",
                                row.surroundings,
                                row.agents,
                                row.kept_tokens,
                                row.milliseconds,
                                row.steps_per_second,
                                row.weight_megabytes,
                                row.gigabytes_per_second,
                                100 * row.share,
                                row.gigaflops,
                                row.peak_gigaflops,
                                row.times_the_first));
    }

    private List<Row> measure(Generalist model, Surroundings surroundings) {
        OptionalInt most = context == 0 ? OptionalInt.empty() : OptionalInt.of(context);
        List<ActingAgents> all = new ArrayList<>();
        for (int count : agents) {
            all.add(ActingAgents.inTheMiddle(model, surroundings, count, most, kept));
        }
        int keptTokens = all.getFirst().keptTokens();
        double[][] seconds = new double[agents.size()][rounds];
        double[] bandwidths = new double[rounds];
        double[] peaks = new double[rounds];
        int tokens = all.getFirst().newTokens();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < agents.size(); i++) {
                seconds[i][round] = Timing.median(all.get(i).seconds(steps));
            }
            bandwidths[round] = memory.gigabytes(SECONDS);
            peaks[round] = FmaPeak.gigaflops(threads, SECONDS);
        }
        all.forEach(ActingAgents::close);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < agents.size(); i++) {
            rows.add(row(surroundings, i, new Episodes(keptTokens, tokens), seconds, new Machine(bandwidths, peaks)));
        }
        return rows;
    }

    private Row row(Surroundings surroundings, int i, Episodes episodes, double[][] seconds, Machine machine) {
        double[] shares = new double[rounds];
        double[] times = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            shares[round] = surroundings.weightBytes(sizes) / seconds[i][round] / (machine.bandwidths[round] * 1e9);
            times[round] = agents.get(i) / seconds[i][round] * seconds[0][round] / agents.getFirst();
        }
        double median = Timing.median(seconds[i]);
        return new Row(
                surroundings.name().toLowerCase(Locale.ROOT),
                agents.get(i),
                episodes.keptTokens,
                1e3 * median,
                agents.get(i) / median,
                surroundings.weightBytes(sizes) / 1e6,
                Timing.median(machine.bandwidths),
                Timing.median(shares),
                agents.get(i) * sizes.multiplyAdds(episodes.newTokens) * 2e-9 / median,
                Timing.median(machine.peaks),
                Timing.median(times));
    }
}
