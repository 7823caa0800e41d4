package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.TruncationWarning;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.output.FiniteNumber;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.model.SparseVector;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.SparseEmbedding;
import io.tesserae.pipelines.sentence.SparseEmbeddingOptions;
import io.tesserae.pipelines.sentence.SparseEmbeddingPipeline;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run sparse-embedding}. */
@Command(
        header = {"Words and their weights for each text: its own, and others that would fit.", ""},
        footer = "  tesserae run sparse-embedding --model naver/splade-v3 --top-k 20 --input texts.txt")
final class SparseEmbeddingTask implements Callable<Integer> {

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description = "Keep the N words of each text that weigh most; by default all.")
    private Integer topK;

    @Option(
            names = "--prompt",
            paramLabel = "NAME",
            description = "Put the model's prompt of this name before every text.")
    private String promptName;

    @Option(
            names = "--prompt-text",
            paramLabel = "TEXT",
            description = "Put this before every text; '' puts nothing there.")
    private String promptText;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    SparseEmbeddingTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private SparseEmbeddingOptions options(TaskRun run) {
        SentenceOptions.promptChoice(run, promptName, promptText, "--prompt");
        return new SparseEmbeddingOptions(
                Optional.ofNullable(promptName),
                Optional.ofNullable(promptText),
                TaskRun.optional(topK),
                batchSize.orDefault());
    }

    private void answer(TaskRun run) throws IOException {
        SparseEmbeddingOptions options = options(run);
        try (TruncationWarning truncation = new TruncationWarning(run.console(), "text");
                Inputs<String> texts = run.inputs(InputFormat.SINGLE_TEXTS);
                Engine engine = run.openEngine();
                SparseEmbeddingPipeline pipeline = Pipelines.sparseEmbedding(run.requireModel(), engine);
                Progress progress = InputProgress.of(texts, run.console())) {
            EveryInput.run(
                    run,
                    texts,
                    batchSize.textsTogether(),
                    batch -> pipeline.answer(batch, options),
                    (text, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        return run.isJson() ? json(answer, pipeline.tokenizer()) : line(text, answer, pipeline);
                    },
                    progress);
        }
    }

    /** Places in the vector, the greatest weight first. */
    private static List<Integer> bestFirst(SparseVector vector) {
        return IntStream.range(0, vector.size())
                .boxed()
                .sorted(Comparator.comparing(i -> -vector.weights()[i]))
                .toList();
    }

    private static String json(SparseEmbedding answer, Tokenizer tokenizer) {
        SparseVector vector = answer.vector();
        return new Json()
                .array(
                        bestFirst(vector),
                        (json, i) -> json.raw("{")
                                .name("index")
                                .integer(vector.ids()[i])
                                .name("token")
                                .string(tokenizer.idToToken(vector.ids()[i]))
                                .name("value")
                                .number(vector.weights()[i])
                                .raw("}"))
                .toString();
    }

    private static String line(String text, SparseEmbedding answer, SparseEmbeddingPipeline pipeline) {
        SparseVector vector = answer.vector();
        return bestFirst(vector).stream()
                .map(i -> FiniteNumber.text(vector.weights()[i]) + "  "
                        + Printable.excerpt(pipeline.tokenizer().idToToken(vector.ids()[i])))
                .collect(Collectors.joining("\n  ", Printable.excerpt(text) + "\n  ", ""));
    }
}
