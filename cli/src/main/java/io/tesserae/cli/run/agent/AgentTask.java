package io.tesserae.cli.run.agent;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Table;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.hub.HubOptions;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.model.EngineOptions;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.cli.output.OutputFormat;
import io.tesserae.cli.output.OutputOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.ModelPlay;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.agent.AgentPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tesserae run agent}: the one task without inputs, since a model that acts makes its own. */
@Command(
        header = {"A model that acts: it plays small environments.", ""},
        description = {
            "",
            "It takes no inputs. Each episode is played by the model, and, from the same seed, by the",
            "environment's expert and by chance. The share is how much of the way from chance to the expert",
            "the model has gone: 100 %% is as good as the expert.",
            "",
            "As text there is a line for each environment: means over the episodes, with their standard",
            "deviations. As JSON there is a line for each episode, as other tasks have one for each input, and",
            "the means go to standard error, so that standard output has nothing else."
        },
        footer = {
            "  tesserae run agent --environment cart-pole,pendulum,grid-world --episodes 100",
            "  tesserae run agent --environment grid-world --episodes 1 --record mission.gif"
        })
public final class AgentTask implements Callable<Integer> {

    /** Training sees seeds below it. */
    private static final String FIRST_SEED = "1000000";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            split = ",",
            converter = EnvironmentName.class,
            completionCandidates = EnvironmentName.class,
            description = "What is played: ${COMPLETION-CANDIDATES}; one of them or several.")
    private List<String> environments = List.of();

    @Option(
            names = "--episodes",
            paramLabel = "N",
            converter = EpisodeCount.class,
            defaultValue = "10",
            description =
                    "Episodes of each environment (default: 10). Many are played together; results do not depend on it.")
    private int episodes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = Seed.class,
            defaultValue = FIRST_SEED,
            description = "The first episode's seed (default: " + FIRST_SEED
                    + "); the next ones count on. It decides how an episode starts, and what is drawn in it. The bundled"
                    + " model has learned from seeds below the default.")
    private long seed;

    @Option(
            names = "--record",
            paramLabel = "OUT.gif",
            description =
                    "Draw the first episode as a moving picture; the file appears, or is replaced, when it is complete.")
    private Path record;

    @Option(
            names = "--live",
            negatable = true,
            description =
                    "Show the first episode on standard error, step by step, where that is a terminal; by default if"
                            + " it is the only one.")
    private Boolean live;

    @Option(
            names = "--deterministic",
            description = "Of several actions do the likeliest (the default): how well a model can play.")
    private boolean deterministic;

    @Option(
            names = "--sample",
            description =
                    "Of several actions draw one by its probability, as JAT's own evaluation does. Actions that are"
                            + " numbers are never drawn.")
    private boolean sample;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description =
                    "With --sample: divide the actions' scores by this, 1 by default. At 0.2 the likelier ones are drawn"
                            + " nearly always, and a model that goes in circles leaves them some time.")
    private Double temperature;

    @Option(
            names = "--context-window",
            paramLabel = "N",
            converter = Converters.Count.class,
            description =
                    "Tokens of an episode that the model remembers at most, two a step; by default as many as it has"
                            + " positions for.")
    private Integer contextWindow;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = ModelName.Converter.class,
            description =
                    "A model that acts, as jat-project/jat: by its name on the hub, or by the folder of a checkpoint."
                            + " By default a small one that comes along, and has learned these environments.")
    private ModelName model;

    @Mixin
    private HubOptions hubOptions;

    @Mixin
    private OutputOptions outputOptions;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private HelpOption help;

    private final Console console;

    /** The task, whose answers go to a console. */
    public AgentTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        requireSense();
        ModelName named = hubOptions.applyTo(model);
        OutputFormat format = outputOptions.format(TaskRun.LINES, spec.name(), spec);
        return outputOptions.write(
                format,
                answers -> {
                    play(named, format == OutputFormat.JSON, answers);
                    answers.detail("done");
                    return 0;
                },
                spec,
                console);
    }

    private void requireSense() {
        if (environments.isEmpty()) {
            throw usage("nothing to play: give --environment NAME; environments are "
                    + String.join(", ", Environments.names()));
        }
        if (deterministic && sample) {
            throw usage("give --deterministic or --sample, not both");
        }
        if (temperature != null && !sample) {
            throw usage("--temperature is for --sample: give both");
        }
        if (record != null && environments.size() > 1) {
            throw usage("--record draws an episode of one environment; found " + environments.size());
        }
    }

    private AgentOptions options(OptionalInt window) {
        try {
            return new AgentOptions(seed, !sample, temperature == null ? 1 : temperature, window);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void play(ModelName named, boolean isJson, Console answers) throws IOException {
        OptionalInt window = contextWindow == null ? OptionalInt.empty() : OptionalInt.of(contextWindow);
        AgentOptions options = options(window);
        try (Recording recording = Recording.to(Optional.ofNullable(record));
                Engine engine = engineOptions.openEngine(answers);
                AgentPipeline pipeline = Pipelines.agent(open(named, answers), engine)) {
            List<Player> players = environments.stream()
                    .distinct()
                    .map(environment -> new Player(pipeline, environment, options))
                    .toList();
            players.forEach(Player::requirePlayable);
            List<Score> scores = new ArrayList<>();
            for (Player player : players) {
                scores.add(play(player, isJson, recording, answers));
            }
            if (!isJson) {
                print(scores, answers);
            }
            recording.complete();
        }
    }

    private static ModelFiles open(ModelName named, Console answers) throws IOException {
        if (named == null) {
            answers.detail("model: the one that comes along with the command line");
            return BundledModels.generalist();
        }
        return named.open(answers);
    }

    private Score play(Player player, boolean isJson, Recording recording, Console answers) {
        Score score = new Score(player.environment());
        answers.detail("%s: %d episodes from seed %d", player.environment(), episodes, seed);
        try (ModelPlay.Spectator spectator = spectator(player, isJson, answers)) {
            for (int start = 0; start < episodes; start += Player.MOST_TOGETHER) {
                int together = Math.min(Player.MOST_TOGETHER, episodes - start);
                List<PlayedEpisode> played = player.play(seed + start, together, spectator);
                if (start == 0) {
                    recording.record(played.getFirst());
                }
                for (PlayedEpisode episode : played) {
                    ComparedEpisode compared = ComparedEpisode.of(episode);
                    score.add(compared);
                    if (isJson) {
                        answers.out().line(compared.json());
                    }
                }
            }
        }
        if (isJson && !answers.isQuiet()) {
            answers.message("tesserae: " + score.line());
        }
        return score;
    }

    private ModelPlay.Spectator spectator(Player player, boolean isJson, Console answers) {
        boolean watched = answers.terminals().err() && !answers.isQuiet();
        boolean wanted = live == null ? episodes == 1 : live;
        if (live != null && live && !answers.terminals().err()) {
            answers.warning("--live shows nothing, since standard error is no terminal");
        }
        if (watched && wanted) {
            return new LiveView(answers.err());
        }
        if (!watched || isJson && answers.terminals().out()) { // a bar would stand among the lines
            return ModelPlay.Spectator.NONE;
        }
        return new PlayProgress(player.environment(), Math.ceilDiv(episodes, Player.MOST_TOGETHER), answers.err());
    }

    private static void print(List<Score> scores, Console answers) {
        Table table = new Table(Score.HEADINGS);
        scores.forEach(score -> table.row(score.row()));
        table.print(answers.out());
    }

    /** As many episodes as somebody may wait for. */
    static final class EpisodeCount implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return Converters.parse(value, 1, 1_000_000, "a whole number from 1 to 1000000");
        }
    }

    /** Whole numbers that JSON's readers read as they are. */
    static final class Seed implements ITypeConverter<Long> {

        private static final long MOST = 1L << 52;

        @Override
        public Long convert(String value) {
            try {
                long number = Long.parseLong(value);
                if (number >= 0 && number <= MOST) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Says the same as a number out of range.
            }
            throw Converters.expected("a whole number from 0 to " + MOST, value);
        }
    }
}
