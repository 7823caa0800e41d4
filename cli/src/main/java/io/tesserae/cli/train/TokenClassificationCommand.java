package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.training.task.TokenClassificationTask;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae train token-classification}. */
@Command(
        header = {"A label for every word: names, parts of speech.", ""},
        footer = {
            "  tesserae train token-classification --model google-bert/bert-base-cased \\",
            "      --train train.conll --eval dev.conll --output-dir OUT"
        })
final class TokenClassificationCommand implements Callable<Integer> {

    @Option(
            names = "--label-all-tokens",
            description = "A word's further tokens have its label too, not its first alone.")
    private boolean labelAllTokens;

    @Mixin
    private TextDataOptions text;

    @Mixin
    private TrainOptions options;

    private final Console console;

    TokenClassificationCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TrainRun.of(
                options,
                console,
                plan -> TokenClassificationTask.open(
                        plan.source(),
                        plan.network(),
                        text.data(plan),
                        new TokenClassificationTask.Options(
                                labelAllTokens, plan.arguments().labelSmoothingFactor())));
    }
}
