package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.ImageFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.output.Labelled;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.image.ZeroShotImageClassificationOptions;
import io.tesserae.pipelines.image.ZeroShotImageClassificationPipeline;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run zero-shot-image-classification}. */
@Command(
        header = {"Scores of pictures for labels in any words, with a model of two encoders.", ""},
        footer = "  tesserae run zero-shot-image-classification --model DIR --labels \"a cat,two dogs\" cat.jpg")
final class ZeroShotImageClassificationTask implements Callable<Integer> {

    @Option(
            names = {"--labels", "--candidate-labels"},
            paramLabel = "A,B,...",
            description = "The labels that a picture may have.")
    private String labels;

    @Option(
            names = "--hypothesis-template",
            paramLabel = "TEXT",
            description = "The sentence that a label is put into; by default \"This is a photo of {}.\"")
    private String hypothesisTemplate;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    ZeroShotImageClassificationTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        ZeroShotImageClassificationOptions options = options(run);
        try (Inputs<ImageInput> images = run.inputs(ImageFormat.IMAGES);
                Engine engine = run.openEngine();
                ZeroShotImageClassificationPipeline pipeline =
                        Pipelines.zeroShotImageClassification(run.requireModel(), engine);
                Progress progress = InputProgress.of(images, run.console())) {
            Labelled labelled = new Labelled(run.isJson(), true);
            EveryInput.run(
                    run,
                    images,
                    batchSize.value().orElse(pipeline.batchSize()),
                    batch -> pipeline.classify(batch, options.withBatchSize(batch.size())),
                    (ImageInput image, List<Classification> answer) -> labelled.imageLine(answer, image.name()),
                    progress);
        }
    }

    private ZeroShotImageClassificationOptions options(TaskRun run) {
        List<String> words = run.words("--labels", labels);
        if (words.isEmpty()) {
            throw run.usage("zero-shot-image-classification needs labels: give --labels \"one,another\"");
        }
        ZeroShotImageClassificationOptions options =
                ZeroShotImageClassificationOptions.DEFAULT.withCandidateLabels(words);
        try {
            return hypothesisTemplate == null ? options : options.withHypothesisTemplate(hypothesisTemplate);
        } catch (IllegalArgumentException e) {
            throw run.usage(e.getMessage());
        }
    }
}
