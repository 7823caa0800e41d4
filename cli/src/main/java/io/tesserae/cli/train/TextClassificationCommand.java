package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.Choice;
import io.tesserae.loaders.label.ProblemType;
import io.tesserae.training.task.TextClassificationTask;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae train text-classification}. */
@Command(
        header = {"Labels for texts or pairs of texts, or a number for each.", ""},
        footer = {
            "  tesserae train text-classification --model distilbert/distilbert-base-uncased \\",
            "      --train train.tsv --eval dev.tsv --output-dir OUT --num-train-epochs 2"
        })
final class TextClassificationCommand implements Callable<Integer> {

    @Option(
            names = "--problem-type",
            paramLabel = "TYPE",
            converter = Problem.class,
            completionCandidates = Problem.class,
            description =
                    "What labels mean: regression, single_label_classification or multi_label_classification. By default"
                            + " what the model says, or the data: lists are several labels, fractions numbers.")
    private ProblemType problemType;

    @Mixin
    private TextDataOptions text;

    @Mixin
    private TrainOptions options;

    private final Console console;

    TextClassificationCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TrainRun.of(
                options,
                console,
                plan -> TextClassificationTask.open(
                        plan.source(),
                        plan.network(),
                        text.data(plan),
                        new TextClassificationTask.Options(
                                Optional.ofNullable(problemType),
                                plan.arguments().labelSmoothingFactor())));
    }

    /** By transformers' names. */
    static final class Problem extends Choice<ProblemType> {
        Problem() {
            super(List.of(ProblemType.values()), ProblemType::configName);
        }
    }
}
