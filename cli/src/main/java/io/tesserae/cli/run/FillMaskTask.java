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
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.text.FillMask;
import io.tesserae.pipelines.text.FillMaskOptions;
import io.tesserae.pipelines.text.FillMaskPipeline;
import io.tesserae.pipelines.text.MaskFilling;
import io.tesserae.pipelines.text.MaskTarget;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run fill-mask}. */
@Command(
        header = {"What may stand at each [MASK] of a text.", ""},
        footer = {
            "  tesserae run fill-mask --model DIR --top-k 3 \"The capital of France is [MASK].\"",
            "  tesserae run fill-mask --model DIR --spans --mask \" missing.\" \"Some words are missing.\""
        })
final class FillMaskTask implements Callable<Integer> {

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description = "This many tokens for each mask; by default 5.")
    private Integer topK;

    @Option(names = "--targets", paramLabel = "A,B,...", description = "Score these words, and no others.")
    private String targets;

    @Option(names = "--spans", description = "Answer each run of neighbouring masks as one text, the likeliest.")
    private boolean spans;

    @Option(
            names = "--mask",
            paramLabel = "TEXT",
            description = "Hide this wherever it occurs, token by token, and fill it in.")
    private String hidden;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    FillMaskTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private FillMaskOptions options(TaskRun run) {
        FillMaskOptions options = FillMaskOptions.DEFAULT
                .withTruncation(true)
                .withTopK(TaskRun.optional(topK).orElse(FillMaskOptions.DEFAULT.topK()))
                .withTargets(run.words("--targets", targets))
                .withBatchSize(batchSize.orDefault());
        if (spans) {
            run.requireNone("is for the tokens of each mask: --spans has one answer for each run of masks", "--top-k");
            options = options.withTopK(1);
        }
        if (hidden == null) {
            return options;
        }
        if (hidden.isEmpty()) {
            throw run.usage("Invalid value for option '--mask': expected a text, found an empty one");
        }
        return options.withHidden(hidden);
    }

    private void answer(TaskRun run) throws IOException {
        FillMaskOptions options = options(run);
        try (TruncationWarning truncation = new TruncationWarning(run.console());
                Inputs<String> texts = run.inputs(InputFormat.SINGLE_TEXTS);
                Engine engine = run.openEngine();
                FillMaskPipeline pipeline = Pipelines.fillMask(run.requireModel(), engine);
                Progress progress = InputProgress.of(texts, run.console())) {
            for (MaskTarget target : pipeline.targets(run.words("--targets", targets))) {
                warnOfUnknown(target, pipeline, run.console());
            }
            EveryInput.run(
                    run,
                    texts,
                    batchSize.textsTogether(),
                    batch -> pipeline.fill(batch, options),
                    (text, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        if (spans) {
                            return run.isJson() ? spansJson(answer) : spansLine(answer);
                        }
                        return run.isJson() ? json(answer) : line(answer, text);
                    },
                    progress);
        }
    }

    private static void warnOfUnknown(MaskTarget target, FillMaskPipeline pipeline, Console console) {
        if (!target.isKnown()) {
            String instead = target.token().isEmpty()
                    ? "nothing is left of it, and it is ignored"
                    : "'" + pipeline.tokenizer().idToToken(target.token().getAsInt()) + "' is scored for it";
            console.warning("the target '" + target.target() + "' is not in the vocabulary; " + instead);
        }
    }

    /** A list for one mask, as the pipeline of transformers returns it, and a list of lists for several. */
    private static String json(FillMask answer) {
        Json json = new Json();
        return (answer.masks().size() == 1
                        ? write(json, answer.first())
                        : json.array(answer.masks(), FillMaskTask::write))
                .toString();
    }

    private static Json write(Json json, List<MaskFilling> mask) {
        return json.array(
                mask,
                (object, filling) -> object.raw("{")
                        .name("score")
                        .number(filling.score())
                        .name("token")
                        .integer(filling.token())
                        .name("token_str")
                        .string(filling.tokenText())
                        .name("sequence")
                        .string(filling.sequence())
                        .raw("}"));
    }

    private static String line(FillMask answer, String text) {
        return answer.masks().stream().map(FillMaskTask::line).collect(Collectors.joining(" | ")) + "  "
                + Printable.excerpt(text);
    }

    private static String line(List<MaskFilling> mask) {
        return mask.stream()
                .map(filling -> Printable.escape(filling.tokenText()) + " " + FiniteNumber.text(filling.score()))
                .collect(Collectors.joining(", "));
    }

    /** Places in code points, as Python counts them. */
    private static String spansJson(FillMask answer) {
        return new Json()
                .raw("{")
                .name("sequence")
                .string(answer.sequence())
                .name("spans")
                .array(
                        answer.spans(),
                        (object, span) -> object.raw("{")
                                .name("score")
                                .number(span.score())
                                .name("start")
                                .integer(span.codePoints().start())
                                .name("end")
                                .integer(span.codePoints().end())
                                .name("tokens")
                                .integers(span.tokens().stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray())
                                .name("text")
                                .string(span.text())
                                .raw("}"))
                .raw("}")
                .toString();
    }

    private static String spansLine(FillMask answer) {
        return answer.spans().stream()
                        .map(span -> Printable.escape(span.text()) + " " + FiniteNumber.text(span.score()))
                        .collect(Collectors.joining(" | "))
                + "  " + Printable.escape(answer.sequence());
    }
}
