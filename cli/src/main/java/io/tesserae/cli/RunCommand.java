package io.tesserae.cli;

import io.tesserae.kernel.Engine;
import io.tesserae.loaders.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tesserae run}: a task, from texts or pictures to answers. Here are its options; each {@link Task} uses its own. */
@Command(
        sortOptions = false,
        name = "run",
        header = {"Run a task: texts or pictures in, answers out.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae run TASK [OPTIONS] [INPUT...]",
        description = {
            "",
            "@|bold Tasks|@",
            "  text-classification       a label and a score for each text or pair of texts",
            "  sentiment-analysis        the same task by another name",
            "  image-classification      a label and a score for each picture",
            "  image-feature-extraction  the numbers that a model makes of each picture",
            "  attention-map             where a model looks: pictures for a picture, a page for a text"
        },
        parameterListHeading = "%n@|bold Arguments|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae run sentiment-analysis \"The actors were very convincing.\" \"A dull film.\"",
            "  tesserae run text-classification --model distilbert/distilbert-base-uncased-finetuned-sst-2-english \\",
            "      --top-k all --output json --input reviews.txt",
            "  echo '{\"text\": \"Is it raining?\", \"text_pair\": \"It is wet.\"}' | \\",
            "      tesserae run text-classification --model DIR --input -",
            "  tesserae run image-classification --model DIR --top-k 5 cat.jpg holidays/ 'archive/**/*.png'",
            "  tesserae run attention-map --model DIR cat.jpg --output-dir maps",
            "",
            "A text that begins with a dash goes after --. A text that is longer than the model takes is cut,",
            "with a warning. Answers do not depend on --batch-size or --threads, to the last bit."
        })
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TASK", description = "What to do; see above.")
    private String taskName;

    @Parameters(
            index = "1..*",
            paramLabel = "INPUT",
            description = "Texts, each an input; or pictures: files, whole folders, or patterns.")
    private List<String> arguments = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = Converters.Model.class,
            description =
                    "A model: by its name on the Hugging Face hub, NAME or NAME@REVISION, from where it is downloaded"
                            + " once; or by the folder of a checkpoint. By default a small model that comes along: English"
                            + " sentiment for texts, ten things for pictures.")
    private ModelName model;

    private ModelFiles modelFiles;

    @Mixin
    private InputOptions inputOptions;

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description = "Classification: return this many labels for each input, best first; JSON is then an array.")
    private Integer topK;

    @Option(
            names = "--aggregation",
            paramLabel = "NAME",
            description = "How to join tokens; belongs to token-classification, which this version does not have.")
    private String aggregation;

    @Option(
            names = "--pool",
            description =
                    "Feature extraction: one vector for each picture, from the model's pooler, not one for each token.")
    private boolean pool;

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            description = "Attention map: where to put the pictures or the page; made if it is not there.")
    private Path outputDirectory;

    @Option(
            names = "--image-size",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Attention map: show the model the picture at N x N pixels; larger gives finer maps.")
    private Integer imageSize;

    @Option(
            names = "--layer",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Attention map: the layer whose heads are drawn, from 1; by default the last.")
    private Integer layer;

    @Option(
            names = "--mass",
            paramLabel = "M",
            converter = Converters.Share.class,
            description = "Attention map: how much of a head's attention its mask keeps, up to 1; by default 0.6.")
    private double mass = 0.6;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Inputs that go through the model together; by default as many as make good use of it.")
    private Integer batchSize;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private HelpOption help;

    private final Console console;

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Task task = Task.named(taskName)
                .orElseThrow(() -> usage("unknown task '" + taskName + "'; tasks are " + Task.allNames()));
        if (aggregation != null) {
            throw usage("--aggregation belongs to token-classification, not to " + taskName);
        }
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            List<Task> owners = Task.withOption(option.longestName());
            if (!owners.isEmpty() && !owners.contains(task)) {
                throw usage(option.longestName() + " belongs to "
                        + owners.stream().map(Task::firstName).collect(Collectors.joining(" and "))
                        + ", not to " + taskName);
            }
        }
        task.run(this);
        return 0;
    }

    /** Options that mean nothing to these inputs. */
    void requireNone(String... options) {
        for (String option : options) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw usage(option + " is for pictures, and the model takes texts");
            }
        }
    }

    /** What was wrong with the command itself. */
    ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** The inputs, from the arguments or the file. */
    <T> Inputs<T> inputs(InputFormat<T> format) throws IOException {
        return inputOptions.open(arguments, format, spec, console);
    }

    /** The inputs that stand on the command line itself. */
    List<String> arguments() {
        return arguments;
    }

    /** The checkpoint that is named, or the one that comes along. */
    ModelFiles modelOr(ModelFiles bundled) throws IOException {
        if (model != null && modelFiles == null) {
            modelFiles = model.open(console);
        }
        return model == null ? bundled : modelFiles;
    }

    boolean isModelNamed() {
        return model != null;
    }

    /** What to call the model in a title. */
    String modelName() {
        return model == null ? "bundled model" : model.title();
    }

    Engine openEngine() {
        return threads.openEngine();
    }

    Console console() {
        return console;
    }

    boolean isJson() {
        return inputOptions.format() == OutputFormat.JSON;
    }

    OptionalInt topK() {
        return optional(topK);
    }

    boolean pool() {
        return pool;
    }

    Path outputDirectory() {
        if (outputDirectory == null) {
            throw usage("attention-map draws into a folder: give --output-dir DIR");
        }
        return outputDirectory;
    }

    OptionalInt imageSize() {
        return optional(imageSize);
    }

    OptionalInt layer() {
        return optional(layer);
    }

    double mass() {
        return mass;
    }

    OptionalInt batchSize() {
        return optional(batchSize);
    }

    private static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
