package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.pipelines.text.ZeroShotInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
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
            "  tesserae run text-classification --top-k all --output json --input reviews.txt \\",
            "      --model distilbert/distilbert-base-uncased-finetuned-sst-2-english",
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

    /** What a shell's completion offers. */
    private static final class TaskNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Task.allNames().iterator();
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "TASK",
            completionCandidates = TaskNames.class,
            description = "What to do; see above.")
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

    @Mixin
    private TokenOptions tokenOptions;

    @Mixin
    private ZeroShotOptions zeroShotOptions;

    @Option(names = "--targets", paramLabel = "A,B,...", description = "Fill-mask: score these words, and no others.")
    private String targets;

    @Mixin
    private SentenceOptions sentenceOptions;

    @Mixin
    private QuestionOptions questionOptions;

    @Option(names = "--query", paramLabel = "TEXT", description = "Text ranking: what the texts are to fit.")
    private String query;

    @Option(
            names = "--pool",
            description =
                    "Feature extraction: one vector for each picture, from the model's pooler, not one for each token.")
    private boolean pool;

    @Mixin
    private AttentionOptions attentionOptions;

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
            completionCandidates = Converters.OnErrorChoice.class,
            description = {
                "What an input that is no good does: a broken line, a picture that is missing, a text without a mask."
                        + " fail (the default): ends the run, once those before it are answered. skip: is named on standard"
                        + " error, has {\"error\": ...} in the place of its answer in JSON and no line in text, and the others"
                        + " are answered; the exit code is 3 then."
            })
    private OnError onError = OnError.FAIL;

    private BadInputs badInputs;

    @Mixin
    private OutputFileOption outputFile;

    private OutputFormat format;

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
                throw usage(option.names()[0] + " belongs to "
                        + owners.stream().map(Task::firstName).collect(Collectors.joining(" and "))
                        + ", not to " + taskName);
            }
        }
        model = hubOptions.applyTo(model);
        format = inputOptions.format(task.formats(), outputFile.file(), taskName, spec);
        if (format.isBinary() && onError == OnError.SKIP) {
            throw usage("--on-error skip would leave rows out of --output " + format
                    + ", and none after them would stand at the place of its input: take json or csv");
        }
        return outputFile.write(format, console -> run(task, console), spec, console);
    }

    private int run(Task task, Console answers) throws IOException {
        console = answers;
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

    boolean readsStandardInput() {
        return inputOptions.isStandardInput();
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
        return format == OutputFormat.JSON;
    }

    OutputFormat format() {
        return format;
    }

    /** The file for answers, unless they go to standard output. */
    Optional<Path> outputFile() {
        return outputFile.file();
    }

    /** Whether what is answered stays answered where the run ends too soon. */
    boolean keepsAnswers() {
        return !format.isBinary() && console.out().keepsWhatIsThere();
    }

    OptionalInt topK() {
        return optional(topK);
    }

    TokenOptions tokens() {
        return tokenOptions;
    }

    ZeroShotOptions zeroShot() {
        return zeroShotOptions;
    }

    SentenceOptions sentences() {
        return sentenceOptions;
    }

    AttentionOptions attention() {
        return attentionOptions;
    }

    QuestionOptions questions() {
        return questionOptions;
    }

    Optional<String> query() {
        return Optional.ofNullable(query);
    }

    List<String> targets() {
        return words("--targets", targets);
    }

    boolean pool() {
        return pool;
    }

    OptionalInt batchSize() {
        return optional(batchSize);
    }

    /** Words with commas between them; none where the option is absent. */
    List<String> words(String option, String value) {
        List<String> words = value == null ? List.of() : ZeroShotInput.labels(value);
        if (value != null && words.isEmpty()) {
            throw usage("Invalid value for option '" + option + "': expected words with commas between them, found '"
                    + value + "'");
        }
        return words;
    }

    static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
