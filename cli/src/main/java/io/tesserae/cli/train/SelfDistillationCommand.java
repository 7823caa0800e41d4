package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.Converters;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.training.augmentation.MultiCrop;
import io.tesserae.training.loss.TeacherTemperature;
import io.tesserae.training.task.SelfDistillationTask;
import io.tesserae.training.task.SelfDistillationTask.HeadOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae train self-distillation}. */
@Command(
        header = {"Features of pictures without any labels, as DINO learns them; --train is a folder of pictures.", ""},
        footer = {
            "  tesserae train self-distillation --model pictures-model --from-scratch vit.json \\",
            "      --train pictures --output-dir OUT --global-size 64 --local-size 32"
        })
final class SelfDistillationCommand implements Callable<Integer> {

    @Option(
            names = "--global-size",
            paramLabel = "PIXELS",
            converter = Converters.Count.class,
            description = "Height and width of the two crops that show most of a picture; 224 by default.")
    private int globalSize = 224;

    @Option(
            names = "--local-size",
            paramLabel = "PIXELS",
            converter = Converters.Count.class,
            description = "Height and width of the crops that show a part; 96 by default.")
    private int localSize = 96;

    @Option(
            names = "--local-crops",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "How many crops show a part; 8 by default.")
    private int localCrops = 8;

    @Option(
            names = "--head",
            arity = "3",
            paramLabel = "N",
            description =
                    "Widths of the head that is trained with: hidden, bottleneck, outputs; 2048 256 65536 by default.")
    private int[] head = {2048, 256, 65_536};

    @Option(
            names = "--teacher-temperature",
            paramLabel = "X",
            description = "Sharpens what the teacher says; 0.04 by default.")
    private float teacherTemperature = 0.04f;

    @Option(
            names = "--teacher-momentum",
            paramLabel = "X",
            converter = Converters.Share.class,
            description = "How much of the teacher stays in a step, at first; 0.996 by default.")
    private double teacherMomentum = 0.996;

    @Mixin
    private TrainOptions options;

    private final Console console;

    SelfDistillationCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        SelfDistillationTask.Options how = Converters.valid(() -> new SelfDistillationTask.Options(
                MultiCrop.of(new ImageSize(globalSize, globalSize), new ImageSize(localSize, localSize), localCrops),
                new HeadOptions(head[0], head[1], head[2], true, 1),
                new TeacherTemperature(teacherTemperature, teacherTemperature, 0),
                teacherMomentum));
        return TrainRun.of(
                options, console, plan -> SelfDistillationTask.open(plan.source(), plan.network(), plan.train(), how));
    }
}
