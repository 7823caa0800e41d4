package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.training.loss.InBatchNegatives;
import io.tesserae.training.task.SentenceEmbeddingTask;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae train sentence-embedding}. */
@Command(
        header = {"Embeddings that are near where texts are: pairs, triples, or pairs with scores.", ""},
        footer = {
            "  tesserae train sentence-embedding --model sentence-transformers/all-MiniLM-L6-v2 \\",
            "      --train pairs.tsv --eval others.tsv --output-dir OUT --per-device-train-batch-size 32"
        })
final class SentenceEmbeddingCommand implements Callable<Integer> {

    @Option(
            names = "--scale",
            paramLabel = "X",
            converter = Numbers.Positive.class,
            description = "What cosines are multiplied by, one over a temperature; 20 by default.")
    private double scale = InBatchNegatives.DEFAULT.scale();

    @Option(names = "--symmetric", description = "Each text looks for its partner in both directions.")
    private boolean symmetric;

    @Mixin
    private TextDataOptions text;

    @Mixin
    private TrainOptions options;

    private final Console console;

    SentenceEmbeddingCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TrainRun.of(
                options,
                console,
                plan -> SentenceEmbeddingTask.open(
                        plan.source(),
                        plan.network(),
                        text.data(plan),
                        new SentenceEmbeddingTask.Options(new InBatchNegatives((float) scale, symmetric))));
    }
}
