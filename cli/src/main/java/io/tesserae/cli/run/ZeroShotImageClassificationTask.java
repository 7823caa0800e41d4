package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.input.ZeroShotImageFormat;
import io.tesserae.cli.input.ZeroShotImageFormat.Picture;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            description = "The labels that a picture may have; a line may bring its own as candidate_labels.")
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
        try (Inputs<Picture> pictures = run.inputs(new ZeroShotImageFormat(options));
                Engine engine = run.openEngine();
                ZeroShotImageClassificationPipeline pipeline =
                        Pipelines.zeroShotImageClassification(run.requireModel(), engine);
                Progress progress = InputProgress.of(pictures, run.console())) {
            Labelled labelled = new Labelled(run.isJson(), true);
            EveryInput.run(
                    run,
                    pictures,
                    batchSize.value().orElse(pipeline.batchSize()),
                    batch -> batch.isEmpty() ? nothing(pipeline, options) : classify(pipeline, batch),
                    (Picture picture, List<Classification> answer) ->
                            labelled.imageLine(answer, picture.image().name()),
                    progress);
        }
    }

    /** What is wrong with the command's labels shows before the first picture. */
    private static List<List<Classification>> nothing(
            ZeroShotImageClassificationPipeline pipeline, ZeroShotImageClassificationOptions options) {
        return options.candidateLabels().isEmpty() ? List.of() : pipeline.classify(List.<ImageInput>of(), options);
    }

    /** Pictures that may have the same labels go through the model together, and the labels are read once for all of them. */
    private static List<List<Classification>> classify(
            ZeroShotImageClassificationPipeline pipeline, List<Picture> batch) {
        Map<ZeroShotImageClassificationOptions, List<ImageInput>> alike = new LinkedHashMap<>();
        for (Picture picture : batch) {
            alike.computeIfAbsent(picture.options(), _ -> new ArrayList<>()).add(picture.image());
        }
        Map<ZeroShotImageClassificationOptions, Iterator<List<Classification>>> answers = new HashMap<>();
        alike.forEach((options, images) -> answers.put(
                options,
                pipeline.classify(images, options.withBatchSize(images.size())).iterator()));
        return batch.stream()
                .map(picture -> answers.get(picture.options()).next())
                .toList();
    }

    private ZeroShotImageClassificationOptions options(TaskRun run) {
        List<String> words = run.words("--labels", labels);
        if (words.isEmpty() && !run.arguments().isEmpty()) {
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
