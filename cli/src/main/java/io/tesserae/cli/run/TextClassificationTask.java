package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.TruncationWarning;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.output.Labelled;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run text-classification}. */
@Command(
        header = {"A label and a score for each text or pair of texts.", ""},
        footer = {
            "  tesserae run text-classification --top-k all \"The actors were very convincing.\" \"A dull film.\"",
            "  echo '{\"text\": \"Is it raining?\", \"text_pair\": \"It is wet.\"}' | \\",
            "      tesserae run text-classification --model DIR --input -"
        })
final class TextClassificationTask implements Callable<Integer> {

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description = "Return this many labels for each input, best first; JSON is then an array.")
    private Integer topK;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    TextClassificationTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        Labelled labelled = new Labelled(run.isJson(), TaskRun.optional(topK).isPresent());
        TextClassificationOptions options = TextClassificationOptions.DEFAULT
                .withTruncation(true)
                .withTopK(TaskRun.optional(topK).orElse(1))
                .withBatchSize(batchSize.orDefault());
        try (TruncationWarning truncation = new TruncationWarning(run.console());
                Inputs<TextInput> texts = run.inputs(InputFormat.TEXTS);
                Engine engine = run.openEngine();
                TextClassificationPipeline pipeline =
                        Pipelines.textClassification(run.modelOr(BundledModels.sentiment()), engine);
                Progress progress = InputProgress.of(texts, run.console())) {
            EveryInput.run(
                    run,
                    texts,
                    batchSize.textsTogether(),
                    batch -> pipeline.classify(batch, options),
                    (input, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        return labelled.line(answer.labels(), excerpt(input));
                    },
                    progress);
        }
    }

    private static String excerpt(TextInput input) {
        return Printable.excerpt(
                input.textPair().map(pair -> input.text() + " | " + pair).orElse(input.text()));
    }
}
