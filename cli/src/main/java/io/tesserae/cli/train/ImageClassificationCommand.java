package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.Choice;
import io.tesserae.cli.option.Converters;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.loss.Distillation;
import io.tesserae.training.task.DistilledImageTask;
import io.tesserae.training.task.ImageClassificationTask;
import io.tesserae.training.task.ImageData;
import io.tesserae.training.task.ImageTeacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae train image-classification}. */
@Command(
        header = {"Labels for pictures: a folder of pictures for each label.", ""},
        footer = {
            "  tesserae train image-classification --model google/vit-base-patch16-224-in21k \\",
            "      --train pictures/train --eval pictures/test --output-dir OUT"
        })
final class ImageClassificationCommand implements Callable<Integer> {

    @Option(
            names = {"--new-head", "--ignore-mismatched-sizes"},
            description = "Begin the classifier anew, with the labels of the data, even where the model has one.")
    private boolean newHead;

    @Option(
            names = "--no-augment",
            description =
                    "Train with each picture as the model sees it; by default with a random part of it, which every"
                            + " second time is mirrored.")
    private boolean plain;

    @Option(
            names = "--teacher",
            paramLabel = "DIR|FILE",
            description =
                    "Train a DeiT with a distillation token after a teacher: a classifier of pictures, or a safetensors"
                            + " file of its logits.")
    private Path teacher;

    @Option(
            names = "--distillation",
            paramLabel = "hard|soft|soft_mean",
            converter = Target.class,
            completionCandidates = Target.class,
            description = "What is taken from the teacher: its label (the default), or its probabilities.")
    private Distillation.Target distillation = Distillation.Target.HARD;

    @Option(
            names = "--distillation-temperature",
            paramLabel = "X",
            description = "What the logits are divided by before probabilities are compared; 1 by default.")
    private float temperature = 1;

    @Option(
            names = "--distillation-alpha",
            paramLabel = "X",
            converter = Converters.Share.class,
            description = "How much the teacher weighs, from 0 to 1; 0.5 by default.")
    private double alpha = 0.5;

    @Mixin
    private TrainOptions options;

    private final Console console;

    ImageClassificationCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TrainRun.of(options, console, this::open);
    }

    private TrainingTask open(TrainPlan plan) {
        ImageData data = new ImageData(plan.train(), plan.eval(), !plain);
        double smoothing = plan.arguments().labelSmoothingFactor();
        if (teacher == null) {
            return ImageClassificationTask.open(
                    plan.source(), plan.network(), data, new ImageClassificationTask.Options(smoothing, newHead));
        }
        Distillation loss = Converters.valid(() -> new Distillation(distillation, temperature, (float) alpha));
        ImageTeacher whom =
                Files.isDirectory(teacher) ? ImageTeacher.classifier(teacher) : new ImageTeacher.Logits(teacher);
        return DistilledImageTask.open(
                plan.source(), plan.network(), data, new DistilledImageTask.Options(whom, loss, smoothing, newHead));
    }

    /** As they are called in DeiT's code, in lower case. */
    static final class Target extends Choice<Distillation.Target> {
        Target() {
            super(List.of(Distillation.Target.values()), target -> target.name().toLowerCase(Locale.ROOT));
        }
    }
}
