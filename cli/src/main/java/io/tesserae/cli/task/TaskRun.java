package io.tesserae.cli.task;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.output.OutputFormat;
import io.tesserae.cli.output.OutputOptions;
import io.tesserae.cli.output.VectorOutput;
import io.tesserae.cli.output.VectorOutputs;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.text.ZeroShotInput;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.ParameterException;

/** One run of a task: its inputs, its model, and where its answers go. */
public final class TaskRun {

    /** What answers that are no vectors can be written as. */
    public static final Set<OutputFormat> LINES = EnumSet.of(OutputFormat.TEXT, OutputFormat.JSON);

    /** What vectors can be written as. */
    public static final Set<OutputFormat> VECTORS = EnumSet.allOf(OutputFormat.class);

    private final TaskOptions options;
    private final ModelName model;
    private final OutputFormat format;
    private final Console console;
    private final BadInputs badInputs;
    private ModelFiles modelFiles;

    private TaskRun(TaskOptions options, ModelName model, OutputFormat format, Console console) {
        this.options = options;
        this.model = model;
        this.format = format;
        this.console = console;
        this.badInputs = new BadInputs(options.onError(), isJson(), console);
    }

    /** Does a task, from the first input to the last. */
    @FunctionalInterface
    public interface Body {
        void answer(TaskRun run) throws IOException;
    }

    /**
     * Does a task as its options say. Returns the exit code.
     *
     * @param formats what its answers can be written as
     */
    public static int of(TaskOptions options, Set<OutputFormat> formats, Console console, Body body)
            throws IOException {
        ModelName model = options.model();
        OutputOptions output = options.output();
        OutputFormat format = output.format(formats, options.spec().name(), options.spec());
        if (format.isBinary() && options.onError() == OnError.SKIP) {
            throw usage(
                    options,
                    "--on-error skip would leave rows out of --output " + format
                            + ", and none after them would stand at the place of its input: take json or csv");
        }
        return output.write(
                format,
                answers -> {
                    TaskRun run = new TaskRun(options, model, format, answers);
                    body.answer(run);
                    answers.detail("done");
                    return run.badInputs.exitCode();
                },
                options.spec(),
                console);
    }

    /** What becomes of inputs that are no good. */
    public BadInputs badInputs() {
        return badInputs;
    }

    /**
     * Refuses options that mean nothing to the model.
     *
     * @param reason what they are for, behind the option's name
     */
    public void requireNone(String reason, String... names) {
        for (String name : names) {
            if (options.spec().commandLine().getParseResult().hasMatchedOption(name)) {
                throw usage(name + " " + reason);
            }
        }
    }

    /** What was wrong with the command itself. */
    public ParameterException usage(String message) {
        return usage(options, message);
    }

    private static ParameterException usage(TaskOptions options, String message) {
        return new ParameterException(options.spec().commandLine(), message);
    }

    /** The inputs, from the arguments or the file. */
    public <T> Inputs<T> inputs(InputFormat<T> inputFormat) throws IOException {
        Inputs<T> inputs = options.input().open(arguments(), inputFormat, options.spec(), console);
        if (badInputs.endRun()) {
            inputs.requireReadable(); // before a model is loaded
        }
        return inputs;
    }

    /** Whether inputs come by {@code --input -}. */
    public boolean readsStandardInput() {
        return options.input().isStandardInput();
    }

    /** The inputs that stand on the command line itself. */
    public List<String> arguments() {
        return options.arguments();
    }

    /** The checkpoint that is named, or the one that comes along. */
    public ModelFiles modelOr(ModelFiles bundled) throws IOException {
        if (model != null && modelFiles == null) {
            modelFiles = model.open(console);
        }
        if (model == null) {
            console.detail("model: the one that comes along with the command line");
        }
        return model == null ? bundled : modelFiles;
    }

    /**
     * The checkpoint that is named, or one that may be at hand.
     *
     * @param atHand asked where none is named
     * @param remedy what else to do where there is neither
     */
    public ModelFiles modelOr(Supplier<Optional<ModelFiles>> atHand, String remedy) throws IOException {
        if (model != null) {
            return requireModel();
        }
        return modelOr(atHand.get()
                .orElseThrow(() -> usage(options.spec().name()
                        + " has no model that comes along: give --model NAME or --model DIR, or " + remedy)));
    }

    /** The checkpoint that is named, for tasks for which none comes along. */
    public ModelFiles requireModel() throws IOException {
        if (model == null) {
            throw usage(options.spec().name() + " has no model that comes along: give --model NAME or --model DIR");
        }
        return modelOr(null);
    }

    /** Whether a model is named. */
    public boolean isModelNamed() {
        return model != null;
    }

    /** What to call the model in a title. */
    public String modelName() {
        return model == null ? "bundled model" : model.title();
    }

    /** What the model is to run on. */
    public Engine openEngine() {
        return options.engine().openEngine(console);
    }

    /** Where answers and messages go. */
    public Console console() {
        return console;
    }

    /** Whether answers are for programs. */
    public boolean isJson() {
        return format == OutputFormat.JSON;
    }

    /** Where vectors go. */
    public VectorOutput open(VectorOutputs vectors) throws IOException {
        return vectors.open(format, options.output().file(), console);
    }

    /** Whether what is answered stays answered where the run ends too soon. */
    boolean keepsAnswers() {
        return !format.isBinary() && console.out().keepsWhatIsThere();
    }

    /** Words with commas between them; none where the option is absent. */
    public List<String> words(String option, String value) {
        List<String> words = value == null ? List.of() : ZeroShotInput.labels(value);
        if (value != null && words.isEmpty()) {
            throw usage("Invalid value for option '" + option + "': expected words with commas between them, found '"
                    + value + "'");
        }
        return words;
    }

    /** An option that may be absent. */
    public static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
