package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.hub.HubOptions;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.model.EngineOptions;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.cli.output.OutputFormat;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.training.EarlyStopping;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.task.NetworkOptions;
import io.tesserae.training.task.NetworkSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every task takes: a model, data, a folder for the result, and how to train. What is done with them is a {@link TrainRun}. */
final class TrainOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = ModelName.Converter.class,
            description = "The checkpoint to begin with: a folder, or a name on the Hugging Face hub.")
    private ModelName model;

    @Mixin
    private HubOptions hubOptions;

    @Option(
            names = "--train",
            paramLabel = "FILE",
            required = true,
            description = "What to train with: a row, or an object of JSON lines, for each example.")
    private Path train;

    @Option(names = "--eval", paramLabel = "FILE", description = "What to evaluate with on the way, likewise.")
    private Path eval;

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            required = true,
            description = "Where the model goes, with its checkpoints and its log.")
    private Path outputDir;

    @Option(
            names = "--overwrite-output-dir",
            description =
                    "Begin anew where another run is: its checkpoints are deleted, its model and its log replaced.")
    private boolean overwriteOutputDir;

    @Option(
            names = "--resume",
            description =
                    "Go on from the last checkpoint of the output folder, to the bits of a run that was never stopped.")
    private boolean resume;

    @Option(
            names = "--from-scratch",
            paramLabel = "CONFIG.json",
            description =
                    "Begin with new weights, for a model as this file describes it. The tokenizer is that of --model, or lies"
                            + " beside the file.")
    private Path fromScratch;

    @Option(
            names = "--freeze",
            paramLabel = "PATTERN",
            description =
                    "Leave parameters as they are: the beginning of their names, as bert.embeddings, or a pattern with *. May"
                            + " be repeated.")
    private List<String> freeze = List.of();

    @Option(
            names = "--dropout",
            paramLabel = "X",
            converter = Numbers.BelowOne.class,
            description = "In place of every dropout that the configuration has.")
    private Double dropout;

    @Mixin
    private OptimizationOptions optimizationOptions;

    @Mixin
    private IntervalOptions intervalOptions;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = EngineOptions.ThreadCount.class,
            description =
                    "Threads that share the work; by default one for each processor. Results do not depend on it.")
    private Integer threads;

    @Option(
            names = "--output",
            paramLabel = "text|json",
            converter = OutputFormat.TextOrJson.class,
            completionCandidates = OutputFormat.TextOrJson.class,
            description =
                    "What standard output has: the metrics at the end (the default), or each line of the log as JSON.")
    private OutputFormat format = OutputFormat.TEXT;

    @Mixin
    private HelpOption help;

    /** Whether the log is for programs. */
    boolean isJson() {
        return format == OutputFormat.JSON;
    }

    /** Whether to go on from a checkpoint. */
    boolean resumes() {
        return resume;
    }

    /** What the output folder may have in it. */
    OutputFolder outputFolder() {
        if (resume && overwriteOutputDir) {
            throw usage("give --resume or --overwrite-output-dir");
        }
        return new OutputFolder(outputDir, resume, overwriteOutputDir);
    }

    /** How to train. */
    TrainingArguments arguments() {
        TrainingArguments arguments = optimizationOptions.applyTo(TrainingArguments.of(outputDir));
        return intervalOptions.applyTo(arguments, eval != null);
    }

    /** Who stops the run, where somebody is to. */
    Optional<EarlyStopping> earlyStopping(TrainingArguments arguments) {
        return intervalOptions.earlyStopping(arguments);
    }

    /** What to do, once the model is there. */
    TrainPlan plan(TrainingArguments arguments, Console console) throws IOException {
        NetworkOptions network = new NetworkOptions(
                arguments.seed(), dropout == null ? OptionalDouble.empty() : OptionalDouble.of(dropout), freeze);
        return new TrainPlan(source(console), network, train, Optional.ofNullable(eval), arguments);
    }

    private NetworkSource source(Console console) throws IOException {
        ModelName named = hubOptions.applyTo(model);
        if (named == null && fromScratch == null) {
            throw usage("nothing to train: give --model NAME or --model DIR, or --from-scratch CONFIG.json");
        }
        ModelFiles files = named == null
                ? ModelFiles.directory(fromScratch.toAbsolutePath().getParent())
                : named.open(console);
        return new NetworkSource(files, Optional.ofNullable(fromScratch));
    }

    /** What to compute with. */
    Engine openEngine(Console console) {
        Engine.Builder builder = Engine.builder();
        if (threads != null) {
            builder.threads(threads);
        }
        Engine engine = builder.build();
        console.detail("kernels: %s; threads: %d", engine.description(), engine.threads());
        return engine;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
