package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.input.ImageFormat;
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
import io.tesserae.pipelines.image.ImageClassificationOptions;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run image-classification}. */
@Command(
        header = {"A label and a score for each picture.", ""},
        footer = "  tesserae run image-classification --model DIR --top-k 5 cat.jpg holidays/ 'archive/**/*.png'")
final class ImageClassificationTask implements Callable<Integer> {

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description = "Return this many labels for each picture, best first; JSON is then an array.")
    private Integer topK;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    ImageClassificationTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        try (Inputs<ImageInput> images = run.inputs(ImageFormat.IMAGES);
                Engine engine = run.openEngine();
                ImageClassificationPipeline pipeline =
                        Pipelines.imageClassification(run.modelOr(BundledModels.photos()), engine);
                Progress progress = InputProgress.of(images, run.console())) {
            ImageClassificationOptions options = ImageClassificationOptions.DEFAULT.withTopK(
                    TaskRun.optional(topK).orElse(1));
            Labelled labelled =
                    new Labelled(run.isJson(), TaskRun.optional(topK).isPresent());
            EveryInput.run(
                    run,
                    images,
                    batchSize.value().orElse(pipeline.batchSize()),
                    batch -> pipeline.classify(batch, options.withBatchSize(batch.size())),
                    (ImageInput image, List<Classification> labels) -> labelled.imageLine(labels, image.name()),
                    progress);
        }
    }
}
