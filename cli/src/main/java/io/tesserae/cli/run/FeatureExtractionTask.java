package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.TruncationWarning;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.output.Features;
import io.tesserae.cli.output.VectorOutput;
import io.tesserae.cli.output.VectorOutputs;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.text.FeatureExtractionOptions;
import io.tesserae.pipelines.text.FeatureExtractionPipeline;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tesserae run feature-extraction}. */
@Command(
        header = {"The numbers that a model makes of each token of a text.", ""},
        footer = "  tesserae run feature-extraction --model DIR --output-file features.safetensors \"A text.\"")
final class FeatureExtractionTask implements Callable<Integer> {

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    FeatureExtractionTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.VECTORS, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        FeatureExtractionOptions options =
                FeatureExtractionOptions.DEFAULT.withTruncation(true).withBatchSize(batchSize.orDefault());
        try (TruncationWarning truncation = new TruncationWarning(run.console());
                Inputs<String> texts = run.inputs(InputFormat.SINGLE_TEXTS);
                Engine engine = run.openEngine();
                FeatureExtractionPipeline pipeline =
                        Pipelines.featureExtraction(run.modelOr(BundledModels.sentiment()), engine);
                VectorOutput vectors =
                        run.open(new VectorOutputs("text", Printable::excerpt, tensor -> new Features(tensor).json()));
                Progress progress = InputProgress.of(texts, run.console())) {
            EveryInput.write(
                    run,
                    texts,
                    batchSize.textsTogether(),
                    batch -> pipeline.extract(batch, options),
                    (text, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        vectors.write(text, answer.hiddenStates());
                    },
                    progress);
            vectors.complete();
        }
    }
}
