package io.tesserae.cli.run.writing;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.input.PromptedImageFormat;
import io.tesserae.cli.output.GeneratedTexts;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.generation.GeneratedText;
import io.tesserae.pipelines.generation.ImageToTextOptions;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.PromptedImage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run image-to-text}. */
@Command(
        header = {"A sentence about each picture.", ""},
        footer = "  tesserae run image-to-text --model DIR --prompt \"a photograph of\" cat.jpg holidays/")
public final class ImageToTextTask implements Callable<Integer> {

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description =
                    "How each text begins, with a model that takes a beginning; a line may bring its own as prompt.")
    private String prompt;

    @Mixin
    private WritingOptions writing;

    @Mixin
    private StreamOption stream;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    /** The task, whose answers go to a console. */
    public ImageToTextTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        boolean streams = stream.isAsked(run, writing.config());
        try (Inputs<PromptedImage> images = run.inputs(PromptedImageFormat.IMAGES);
                Engine engine = run.openEngine();
                ImageToTextPipeline pipeline = Pipelines.imageToText(run.modelOr(BundledModels.captions()), engine);
                StopAtShutdown stop = new StopAtShutdown();
                Progress progress = InputProgress.of(images, run.console())) {
            ImageToTextOptions options = options().withStopSignal(stop);
            if (streams) {
                StreamOption.run(
                        run,
                        images,
                        (image, print) -> stop.requireFinished(pipeline.caption(image, options, print)),
                        image -> "  " + name(image),
                        progress);
            } else {
                EveryInput.run(
                        run,
                        images,
                        batchSize.value().orElse(pipeline.batchSize()),
                        batch -> stop.requireFinished(pipeline.caption(batch, options.withBatchSize(batch.size()))),
                        (image, answers) -> run.isJson() ? GeneratedTexts.json(answers) : lines(image, answers),
                        progress);
            }
        }
    }

    private ImageToTextOptions options() {
        ImageToTextOptions options =
                ImageToTextOptions.DEFAULT.withConfig(writing.config()).withSeed(writing.seed());
        return prompt == null ? options : options.withPrompt(prompt);
    }

    /** One text stands before its picture, several below it. */
    private static String lines(PromptedImage image, List<GeneratedText> answers) {
        return answers.size() == 1
                ? Printable.lines(answers.getFirst().text()) + "  " + name(image)
                : answers.stream()
                        .map(answer -> Printable.lines(answer.text()))
                        .collect(Collectors.joining("\n  ", name(image) + "\n  ", ""));
    }

    private static String name(PromptedImage image) {
        return Printable.escape(image.image().name());
    }
}
