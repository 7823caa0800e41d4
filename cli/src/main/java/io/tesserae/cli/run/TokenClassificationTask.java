package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.TruncationWarning;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.option.Choice;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.output.FiniteNumber;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.text.AggregationStrategy;
import io.tesserae.pipelines.text.Entity;
import io.tesserae.pipelines.text.TokenClassificationOptions;
import io.tesserae.pipelines.text.TokenClassificationPipeline;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run token-classification}. */
@Command(
        header = {"Names in each text, and what they are of.", ""},
        footer = {
            "  tesserae run ner --model dslim/bert-base-NER --aggregation simple \\",
            "      \"Angela Merkel lives in Berlin.\""
        })
final class TokenClassificationTask implements Callable<Integer> {

    @Option(
            names = "--aggregation",
            paramLabel = "NAME",
            converter = TokenClassificationTask.Aggregation.class,
            completionCandidates = TokenClassificationTask.Aggregation.class,
            description = "How tokens are joined. none (the default): not at all; simple: neighbours of"
                    + " one label; first, average, max: likewise whole words, which have one label.")
    private AggregationStrategy aggregation = AggregationStrategy.NONE;

    @Option(
            names = "--stride",
            paramLabel = "N",
            converter = Converters.Length.class,
            description = "Read all of a text that is too long, in windows with N tokens in common.")
    private Integer stride;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    TokenClassificationTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        TokenClassificationOptions options = options(run);
        try (TruncationWarning truncation = new TruncationWarning(run.console());
                Inputs<String> texts = run.inputs(InputFormat.SINGLE_TEXTS);
                Engine engine = run.openEngine();
                TokenClassificationPipeline pipeline = Pipelines.tokenClassification(run.requireModel(), engine);
                Progress progress = InputProgress.of(texts, run.console())) {
            EveryInput.run(
                    run,
                    texts,
                    batchSize.textsTogether(),
                    batch -> pipeline.classify(batch, options),
                    (text, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        return run.isJson() ? json(answer.entities()) : line(answer.entities(), text);
                    },
                    progress);
        }
    }

    private TokenClassificationOptions options(TaskRun run) {
        TokenClassificationOptions options =
                TokenClassificationOptions.DEFAULT.withAggregation(aggregation).withBatchSize(batchSize.orDefault());
        if (stride == null) {
            return options;
        }
        if (aggregation == AggregationStrategy.NONE) {
            throw run.usage("--stride needs an --aggregation other than none");
        }
        return options.withStride(stride);
    }

    /** The fields of transformers; places are counted in code points there. */
    private static String json(List<Entity> entities) {
        return new Json().array(entities, TokenClassificationTask::write).toString();
    }

    private static void write(Json json, Entity entity) {
        json.raw("{")
                .name(entity.index().isPresent() ? "entity" : "entity_group")
                .string(entity.label())
                .name("score")
                .number(entity.score());
        entity.index().ifPresent(index -> json.name("index").integer(index));
        json.name("word")
                .string(entity.word())
                .name("start")
                .integer(entity.codePoints().start())
                .name("end")
                .integer(entity.codePoints().end())
                .raw("}");
    }

    /** Words in the text's own spelling. */
    private static String line(List<Entity> entities, String text) {
        String found = entities.stream()
                .map(entity -> Printable.escape(entity.label() + " " + text.substring(entity.start(), entity.end()))
                        + " " + FiniteNumber.text(entity.score()))
                .collect(Collectors.joining(", "));
        return (found.isEmpty() ? "(none)" : found) + "  " + Printable.excerpt(text);
    }

    /** A way to join tokens, by its name in transformers. */
    static final class Aggregation extends Choice<AggregationStrategy> {
        Aggregation() {
            super(List.of(AggregationStrategy.values()));
        }
    }
}
