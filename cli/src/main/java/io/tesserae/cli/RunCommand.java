package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.pipelines.AggregationStrategy;
import io.tesserae.pipelines.ZeroShotInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
            "  token-classification      names in each text, and what they are of; also called ner",
            "  zero-shot-classification  scores for labels in any words, with a model of language inference",
            "  fill-mask                 what may stand at each [MASK] of a text",
            "  feature-extraction        the numbers that a model makes of each token of a text",
            "  question-answering        the part of a text that answers a question",
            "  text-ranking              texts by how well they fit a query, read together with it",
            "  sentence-embedding        a vector for each text: texts of like meaning have like vectors",
            "  sentence-similarity       how like a text each of others is",
            "  semantic-search           the texts of a file that are most like each query",
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
            "  tesserae run ner --model dslim/bert-base-NER --aggregation simple \"Angela Merkel lives in Berlin.\"",
            "  tesserae run zero-shot-classification --model DIR --labels \"sports,politics\" \"We love soccer.\"",
            "  tesserae run sentence-similarity --model sentence-transformers/all-MiniLM-L6-v2 \\",
            "      \"A man is eating.\" \"Somebody has lunch.\" \"The sky is blue.\"",
            "  tesserae run semantic-search --model DIR --corpus faq.txt --top-k 3 \"Where is my parcel?\"",
            "  tesserae run question-answering --model DIR --context-file history.txt \"Who carried the map?\"",
            "  tesserae run text-ranking --model DIR --query \"opening hours\" --top-k 3 --input passages.txt",
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
            description =
                    "Texts, each an input; or pictures: files, whole folders, or patterns. - is standard input: texts,"
                            + " one a line, or one picture. What is piped in is read without it.")
    private List<String> arguments = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = Converters.Model.class,
            description =
                    "A model: by its name on the Hugging Face hub, NAME or NAME@REVISION, from where it is downloaded"
                            + " once; or by the folder of a checkpoint. By default a small model that comes along: English"
                            + " sentiment for texts, ten things for pictures; what it cannot do needs a model named.")
    private ModelName model;

    @Mixin
    private HubOptions hubOptions;

    private ModelFiles modelFiles;

    @Mixin
    private InputOptions inputOptions;

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description =
                    "Classification: return this many labels for each input, best first; JSON is then an array."
                            + " Semantic search: this many texts; by default 10. Fill-mask: this many tokens for each mask; by default 5.")
    private Integer topK;

    @Option(
            names = "--aggregation",
            paramLabel = "NAME",
            converter = Converters.Aggregation.class,
            description =
                    "Token classification: how tokens are joined. none (the default): not at all; simple: neighbours of"
                            + " one label; first, average, max: likewise whole words, which have one label.")
    private AggregationStrategy aggregation = AggregationStrategy.NONE;

    @Option(
            names = "--stride",
            paramLabel = "N",
            converter = Converters.Length.class,
            description =
                    "Token classification: read all of a text that is too long, in windows with N tokens in common.")
    private Integer stride;

    @Option(
            names = {"--labels", "--candidate-labels"},
            paramLabel = "A,B,...",
            description = "Zero-shot: the labels that a text may have; a line may bring its own as candidate_labels.")
    private String labels;

    @Option(
            names = "--hypothesis-template",
            paramLabel = "TEXT",
            description = "Zero-shot: the sentence that a label is put into; by default \"This example is {}.\"")
    private String hypothesisTemplate;

    @Option(
            names = "--multi-label",
            description = "Zero-shot: score each label by itself; otherwise one is right, and scores add up to 1.")
    private boolean multiLabel;

    @Option(names = "--targets", paramLabel = "A,B,...", description = "Fill-mask: score these words, and no others.")
    private String targets;

    @Option(
            names = "--prompt",
            paramLabel = "NAME",
            description =
                    "Sentences: put the model's prompt of this name before every text (semantic search: every query).")
    private String promptName;

    @Option(
            names = "--prompt-text",
            paramLabel = "TEXT",
            description = "Sentences: put this before every text, or query, as 'query: '; '' puts nothing there.")
    private String promptText;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Sentences: keep the first N numbers of each vector, for models that were trained for it.")
    private Integer dimensions;

    @Option(
            names = "--normalize",
            description = "Sentences: divide each vector by its length, whatever the model does.")
    private boolean normalize;

    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description = "Semantic search: the texts to search in, one a line, as for --input.")
    private String corpus;

    @Option(
            names = "--corpus-prompt",
            paramLabel = "NAME",
            description = "Semantic search: the model's prompt for these texts; by default the one named document.")
    private String corpusPromptName;

    @Option(
            names = "--corpus-prompt-text",
            paramLabel = "TEXT",
            description = "Semantic search: put this before each of these texts, as 'passage: '.")
    private String corpusPromptText;

    @Mixin
    private QuestionOptions questionOptions;

    @Option(names = "--query", paramLabel = "TEXT", description = "Text ranking: what the texts are to fit.")
    private String query;

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

    @Option(
            names = "--on-error",
            paramLabel = "fail|skip",
            converter = Converters.OnErrorChoice.class,
            description = {
                "What an input that is no good does: a broken line, a picture that is missing, a text without a mask."
                        + " fail (the default): ends the run, once those before it are answered. skip: is named on standard"
                        + " error, has {\"error\": ...} in the place of its answer in JSON and no line in text, and the others"
                        + " are answered; the exit code is 3 then."
            })
    private OnError onError = OnError.FAIL;

    private BadInputs badInputs;

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            description = "Write answers to a file instead; it appears, or is replaced, when it is complete.")
    private Path outputFile;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private HelpOption help;

    private Console console;

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Task task = Task.named(taskName)
                .orElseThrow(() -> usage("unknown task '" + taskName + "'; tasks are "
                        + String.join(", ", Task.allNames()) + Suggestion.of(taskName, Task.allNames())));
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            List<Task> owners = Task.withOption(option.longestName());
            if (!owners.isEmpty() && !owners.contains(task)) {
                throw usage(option.longestName() + " belongs to "
                        + owners.stream().map(Task::firstName).collect(Collectors.joining(" and "))
                        + ", not to " + taskName);
            }
        }
        model = hubOptions.applyTo(model);
        if (outputFile == null) {
            return run(task);
        }
        try (AnswerFile answers = AnswerFile.open(outputFile)) {
            console = console.withOutput(answers.output());
            int exitCode = run(task);
            answers.complete();
            return exitCode;
        }
    }

    private int run(Task task) throws IOException {
        badInputs = new BadInputs(onError, isJson(), console);
        task.run(this);
        console.detail("done");
        return badInputs.exitCode();
    }

    /** What becomes of inputs that are no good. */
    BadInputs badInputs() {
        return badInputs;
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
        Inputs<T> inputs = inputOptions.open(arguments, format, spec, console);
        if (badInputs.endRun()) {
            inputs.requireReadable(); // before a model is loaded
        }
        return inputs;
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
        if (model == null) {
            console.detail("model: the one that comes along with the command line");
        }
        return model == null ? bundled : modelFiles;
    }

    /** The checkpoint that is named, for tasks for which none comes along. */
    ModelFiles requireModel() throws IOException {
        if (model == null) {
            throw usage(taskName + " has no model that comes along: give --model NAME or --model DIR");
        }
        return modelOr(null);
    }

    boolean isModelNamed() {
        return model != null;
    }

    /** What to call the model in a title. */
    String modelName() {
        return model == null ? "bundled model" : model.title();
    }

    Engine openEngine() {
        return engineOptions.openEngine(console);
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

    PromptChoice prompt() {
        return promptChoice(promptName, promptText, "--prompt");
    }

    PromptChoice corpusPrompt() {
        return promptChoice(corpusPromptName, corpusPromptText, "--corpus-prompt");
    }

    private PromptChoice promptChoice(String name, String text, String option) {
        if (name != null && text != null) {
            throw usage("give " + option + " or " + option + "-text, not both");
        }
        return new PromptChoice(name, text);
    }

    OptionalInt dimensions() {
        return optional(dimensions);
    }

    boolean normalize() {
        return normalize;
    }

    /** The file of texts to search in. */
    String corpus() {
        if (corpus == null) {
            throw usage("semantic-search needs the texts to search in: give --corpus FILE");
        }
        if (corpus.equals("-") && inputOptions.isStandardInput()) {
            throw usage("--corpus and --input cannot both be standard input");
        }
        return corpus;
    }

    QuestionOptions questions() {
        return questionOptions;
    }

    Optional<String> query() {
        return Optional.ofNullable(query);
    }

    AggregationStrategy aggregation() {
        return aggregation;
    }

    OptionalInt stride() {
        return optional(stride);
    }

    List<String> labels() {
        return words("--labels", labels);
    }

    Optional<String> hypothesisTemplate() {
        return Optional.ofNullable(hypothesisTemplate);
    }

    boolean multiLabel() {
        return multiLabel;
    }

    List<String> targets() {
        return words("--targets", targets);
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

    /** Words with commas between them; none where the option is absent. */
    private List<String> words(String option, String value) {
        List<String> words = value == null ? List.of() : ZeroShotInput.labels(value);
        if (value != null && words.isEmpty()) {
            throw usage("Invalid value for option '" + option + "': expected words with commas between them, found '"
                    + value + "'");
        }
        return words;
    }

    private static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
