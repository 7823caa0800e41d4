package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.input.ImageFormat;
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
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run image-feature-extraction}. */
@Command(
        header = {"The numbers that a model makes of each picture.", ""},
        footer = "  tesserae run image-feature-extraction --model DIR --pool --output-file vectors.npy holidays/")
final class ImageFeatureExtractionTask implements Callable<Integer> {

    @Option(
            names = "--pool",
            description = "One vector for each picture, from the model's pooler, not one for each token.")
    private boolean pool;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    ImageFeatureExtractionTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.VECTORS, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        try (Inputs<ImageInput> images = run.inputs(ImageFormat.IMAGES);
                Engine engine = run.openEngine();
                ImageFeatureExtractionPipeline pipeline =
                        Pipelines.imageFeatureExtraction(run.modelOr(BundledModels.photos()), engine);
                VectorOutput vectors =
                        run.open(new VectorOutputs("image", Printable::escape, tensor -> new Features(tensor).json()));
                Progress progress = InputProgress.of(images, run.console())) {
            EveryInput.write(
                    run,
                    images,
                    batchSize.value().orElse(pipeline.batchSize()),
                    batch -> pool ? pipeline.pool(batch, batch.size()) : pipeline.extract(batch, batch.size()),
                    (image, tensor) -> vectors.write(image.name(), tensor),
                    progress);
            vectors.complete();
        }
    }
}
