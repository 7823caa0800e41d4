package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.Converters;
import io.tesserae.training.task.MaskedLanguageTask;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae train fill-mask}. */
@Command(
        header = {"Words that are hidden: texts alone, without labels.", ""},
        footer = {
            "  tesserae train fill-mask --model distilbert/distilbert-base-uncased \\",
            "      --train texts.jsonl --eval others.jsonl --output-dir OUT"
        })
final class FillMaskCommand implements Callable<Integer> {

    @Option(
            names = "--mlm-probability",
            paramLabel = "X",
            converter = Converters.Share.class,
            description = "The share of tokens that are hidden; 0.15 by default.")
    private double probability = 0.15;

    @Mixin
    private TextDataOptions text;

    @Mixin
    private TrainOptions options;

    private final Console console;

    FillMaskCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TrainRun.of(
                options,
                console,
                plan -> MaskedLanguageTask.open(
                        plan.source(), plan.network(), text.data(plan), new MaskedLanguageTask.Options((float)
                                probability)));
    }
}
