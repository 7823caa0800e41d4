package io.tesserae.cli;

import io.tesserae.kernel.Engine;
import io.tesserae.pipelines.Classification;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.TextClassification;
import io.tesserae.pipelines.TextClassificationOptions;
import io.tesserae.pipelines.TextClassificationPipeline;
import io.tesserae.pipelines.TextInput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tesserae run}: a task, from texts to answers. */
@Command(
        sortOptions = false,
        name = "run",
        header = {"Run a task: texts in, answers out.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae run TASK [OPTIONS] [INPUT...]",
        description = {
            "",
            "@|bold Tasks|@",
            "  text-classification   a label and a score for each text or pair of texts",
            "  sentiment-analysis    the same task by another name"
        },
        parameterListHeading = "%n@|bold Arguments|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae run sentiment-analysis \"The actors were very convincing.\" \"A dull film.\"",
            "  tesserae run text-classification --model DIR --top-k all --output json --input reviews.txt",
            "  echo '{\"text\": \"Is it raining?\", \"text_pair\": \"It is wet.\"}' | \\",
            "      tesserae run text-classification --model DIR --input -",
            "",
            "A text that begins with a dash goes after --. A text that is longer than the model takes is cut,",
            "with a warning. Answers do not depend on --batch-size or --threads, to the last bit."
        })
final class RunCommand implements Callable<Integer> {

    private static final Set<String> TEXT_CLASSIFICATION = Set.of("text-classification", "sentiment-analysis");

    /** As many inputs as are read before the first is answered, where nobody says. */
    private static final int INPUTS_TOGETHER = 256;

    private static final int EXCERPT = 72;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TASK", description = "What to do; see above.")
    private String task;

    @Parameters(index = "1..*", paramLabel = "INPUT", description = "Texts, each an input.")
    private List<String> arguments = List.of();

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "The folder of a checkpoint; by default the small English sentiment model that comes along.")
    private String model;

    @Mixin
    private InputOptions inputOptions;

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description = "Return this many labels for each input, best first; JSON is then an array.")
    private Integer topK;

    @Option(
            names = "--aggregation",
            paramLabel = "NAME",
            description = "How to join tokens; belongs to token-classification, which this version does not have.")
    private String aggregation;

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
    private long inputs;
    private long truncated;

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (!TEXT_CLASSIFICATION.contains(task)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "unknown task '" + task + "'; tasks are text-classification and sentiment-analysis");
        }
        if (aggregation != null) {
            throw new ParameterException(
                    spec.commandLine(), "--aggregation belongs to token-classification, not to " + task);
        }
        try (Inputs<TextInput> texts = inputOptions.open(arguments, InputFormat.TEXTS, spec, console);
                Engine engine = threads.openEngine();
                TextClassificationPipeline pipeline =
                        Pipelines.textClassification(Models.findOrBundled(model), engine);
                Progress progress = Progress.of(texts, console)) {
            classifyAll(texts, pipeline, progress);
        } finally {
            warnOfTruncation();
        }
        return 0;
    }

    private void classifyAll(Inputs<TextInput> texts, TextClassificationPipeline pipeline, Progress progress)
            throws IOException {
        TextClassificationOptions options = TextClassificationOptions.DEFAULT.withTruncation(true);
        options = topK == null ? options : options.withTopK(topK);
        options = batchSize == null ? options : options.withBatchSize(batchSize);
        int together = batchSize == null ? INPUTS_TOGETHER : Math.clamp(batchSize, 1, 16 * INPUTS_TOGETHER);
        for (List<TextInput> batch = texts.next(together); !batch.isEmpty(); batch = texts.next(together)) {
            List<TextClassification> answers = pipeline.classify(batch, options);
            for (int i = 0; i < answers.size(); i++) {
                TextClassification answer = answers.get(i);
                truncated += answer.truncatedTokens() > 0 ? 1 : 0;
                inputs++;
                console.out()
                        .line(inputOptions.format() == OutputFormat.JSON ? json(answer) : text(batch.get(i), answer));
            }
            console.out().flush();
            progress.reached(texts.bytesRead());
        }
    }

    private String json(TextClassification answer) {
        Json json = new Json();
        return (topK == null ? json(json, answer.best()) : json.array(answer.labels(), RunCommand::json)).toString();
    }

    private static Json json(Json json, Classification classification) {
        return json.raw("{")
                .name("label")
                .string(classification.label())
                .name("score")
                .number(classification.score())
                .raw("}");
    }

    private static String text(TextInput input, TextClassification answer) {
        String text = input.textPair().map(pair -> input.text() + " | " + pair).orElse(input.text());
        return answer.labels().stream()
                        .map(label ->
                                Printable.escape(label.label()) + String.format(Locale.ROOT, " %.4f", label.score()))
                        .collect(Collectors.joining(", "))
                + "  " + Printable.excerpt(text, EXCERPT);
    }

    private void warnOfTruncation() {
        if (truncated > 0) {
            console.warning(
                    inputs == 1
                            ? "the input is longer than the model takes; its end was not read"
                            : truncated + " of " + inputs + " inputs are longer than the model takes; their ends were"
                                    + " not read");
        }
    }
}
