package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.FramePairFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.output.FlowAnswers;
import io.tesserae.cli.run.writing.StopAtShutdown;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.flow.FramePair;
import io.tesserae.pipelines.flow.OpticalFlow;
import io.tesserae.pipelines.flow.OpticalFlowOptions;
import io.tesserae.pipelines.flow.OpticalFlowPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run optical-flow}. */
@Command(
        header = {"How far each pixel moves from one picture to the next.", ""},
        footer = {
            "  tesserae run optical-flow --model DIR frame1.png frame2.png --output-dir flow",
            "  tesserae run optical-flow --model DIR 'film/*.png' --output-dir flow --output json",
            "  echo '{\"image\": \"a.png\", \"next_image\": \"b.png\"}' \\",
            "      | tesserae run optical-flow --model DIR --input - --output-dir flow",
            "",
            "Of three pictures or more, each is followed to the next one. The pictures of a pair have one",
            "size, the model's or a larger one."
        })
final class OpticalFlowTask implements Callable<Integer> {

    /** Tiles of a pair are many, and none gains by the company of others. */
    private static final int ONE_BY_ONE = 1;

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            description = {
                "Where to put the files; made if it is not there. For each pair, called as its first picture is: NAME.flo (as"
                        + " benchmarks have it), NAME.npy (float32, [height, width, 2]: to the right, and down, in pixels) and"
                        + " NAME.png (the direction is a hue, and the further, the stronger the colour)."
            })
    private Path outputDirectory;

    @Option(
            names = "--min-overlap",
            paramLabel = "N",
            converter = Converters.Length.class,
            description =
                    "How many pixels neighbouring tiles have in common, at least, where pictures are larger than the"
                            + " model takes; by default 20.")
    private Integer minOverlap;

    @Option(names = "--legend", description = "Show in a corner of NAME.png what its colours mean.")
    private boolean legend;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    OpticalFlowTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        if (outputDirectory == null) {
            throw run.usage("optical-flow writes into a folder: give --output-dir DIR");
        }
        FlowAnswers answers = FlowAnswers.into(outputDirectory, legend, run.isJson());
        try (Inputs<FramePair> pairs = run.inputs(FramePairFormat.FRAMES);
                Engine engine = run.openEngine();
                OpticalFlowPipeline pipeline = Pipelines.opticalFlow(run.requireModel(), engine);
                StopAtShutdown stop = new StopAtShutdown();
                Progress progress = InputProgress.of(pairs, run.console())) {
            EveryInput.run(
                    run, pairs, ONE_BY_ONE, batch -> answer(run, pipeline, batch, stop), answers::write, progress);
        }
    }

    private List<OpticalFlow> answer(
            TaskRun run, OpticalFlowPipeline pipeline, List<FramePair> batch, StopAtShutdown stop) {
        OpticalFlowOptions options =
                minOverlap == null ? OpticalFlowOptions.DEFAULT : OpticalFlowOptions.DEFAULT.withMinOverlap(minOverlap);
        try (TileProgress tiles = new TileProgress(run.console())) {
            return pipeline.between(batch, options.withProgress((done, of) -> {
                stop.requireNotGiven();
                tiles.reached(done, of);
            }));
        }
    }
}
