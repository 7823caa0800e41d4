package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.Converters;
import io.tesserae.training.task.QuestionAnsweringTask;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae train question-answering}. */
@Command(
        header = {"The part of a text that answers a question, as SQuAD has them.", ""},
        footer = {
            "  tesserae train question-answering --model distilbert/distilbert-base-cased \\",
            "      --train train.jsonl --eval dev.jsonl --output-dir OUT --max-length 384"
        })
final class QuestionAnsweringCommand implements Callable<Integer> {

    @Option(
            names = "--doc-stride",
            paramLabel = "N",
            converter = Converters.Length.class,
            description = "Tokens that consecutive windows of a long text have in common; 128 by default.")
    private int docStride = QuestionAnsweringTask.Options.DEFAULTS.docStride();

    @Option(
            names = "--n-best-size",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "How many starts and ends of a window are tried in an evaluation; 20 by default.")
    private int bestSize = QuestionAnsweringTask.Options.DEFAULTS.bestSize();

    @Option(
            names = "--max-answer-length",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "The most tokens of an answer in an evaluation; 30 by default.")
    private int maxAnswerLength = QuestionAnsweringTask.Options.DEFAULTS.maxAnswerLength();

    @Mixin
    private TextDataOptions text;

    @Mixin
    private TrainOptions options;

    private final Console console;

    QuestionAnsweringCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TrainRun.of(
                options,
                console,
                plan -> QuestionAnsweringTask.open(
                        plan.source(),
                        plan.network(),
                        text.data(plan),
                        new QuestionAnsweringTask.Options(docStride, bestSize, maxAnswerLength)));
    }
}
