package io.tesserae.cli.run;

import io.tesserae.cli.option.Converters;
import io.tesserae.cli.task.TaskRun;
import java.nio.file.Path;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options of {@code run attention-map}. */
final class AttentionOptions {

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            description = "Where to put the pictures or the page; made if it is not there.")
    private Path outputDirectory;

    @Option(
            names = "--image-size",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Show the model the picture at N x N pixels; larger gives finer maps.")
    private Integer imageSize;

    @Option(
            names = "--layer",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "The layer whose heads are drawn, from 1; by default the last.")
    private Integer layer;

    @Option(
            names = "--mass",
            paramLabel = "M",
            converter = Converters.Share.class,
            description = "How much of a head's attention its mask keeps, up to 1; by default 0.6.")
    private double mass = 0.6;

    Path outputDirectory(TaskRun run) {
        if (outputDirectory == null) {
            throw run.usage("attention-map draws into a folder: give --output-dir DIR");
        }
        return outputDirectory;
    }

    OptionalInt imageSize() {
        return TaskRun.optional(imageSize);
    }

    OptionalInt layer() {
        return TaskRun.optional(layer);
    }

    double mass() {
        return mass;
    }
}
