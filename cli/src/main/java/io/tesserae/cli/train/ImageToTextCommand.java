package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.training.task.ImageToTextTask;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tesserae train image-to-text}. */
@Command(
        header = {"Captions for pictures: lines of JSON with a picture and a text, or a folder with metadata.jsonl.", ""
        },
        footer = {
            "  tesserae train image-to-text --model Salesforce/blip-image-captioning-base \\",
            "      --train captions.jsonl --eval others.jsonl --output-dir OUT"
        })
final class ImageToTextCommand implements Callable<Integer> {

    @Mixin
    private TextDataOptions text;

    @Mixin
    private TrainOptions options;

    private final Console console;

    ImageToTextCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TrainRun.of(
                options, console, plan -> ImageToTextTask.open(plan.source(), plan.network(), text.data(plan)));
    }
}
