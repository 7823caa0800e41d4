package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tesserae run attention-map}. */
@Command(
        header = {"Where a model looks: pictures for a picture, a page for a text, both for what it writes.", ""},
        footer = {
            "  tesserae run attention-map --model DIR cat.jpg --output-dir maps",
            "  tesserae run attention-map --captions scene.png --output-dir maps",
            "  tesserae run attention-map --model DIR --image cat.jpg \"<image>A\" --output-dir maps",
            "",
            "Of a model that reads pictures among words, a line of --input is as in image-text-to-text."
        })
final class AttentionMapTask implements Callable<Integer> {

    @Mixin
    private AttentionOptions attention;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    AttentionMapTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, run -> AttentionMaps.write(run, attention));
    }
}
