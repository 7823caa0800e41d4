package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.TruncationWarning;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.input.ZeroShotFormat;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.output.Labelled;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.text.ZeroShotClassification;
import io.tesserae.pipelines.text.ZeroShotClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotClassificationPipeline;
import io.tesserae.pipelines.text.ZeroShotInput;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run zero-shot-classification}. */
@Command(
        header = {"Scores for labels in any words, with a model of language inference.", ""},
        footer = "  tesserae run zero-shot-classification --model DIR --labels \"sports,politics\" \"We love soccer.\"")
final class ZeroShotClassificationTask implements Callable<Integer> {

    @Option(
            names = {"--labels", "--candidate-labels"},
            paramLabel = "A,B,...",
            description = "The labels that a text may have; a line may bring its own as candidate_labels.")
    private String labels;

    @Option(
            names = "--hypothesis-template",
            paramLabel = "TEXT",
            description = "The sentence that a label is put into; by default \"This example is {}.\"")
    private String hypothesisTemplate;

    @Option(
            names = "--multi-label",
            description = "Score each label by itself; otherwise one is right, and scores add up to 1.")
    private boolean multiLabel;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    ZeroShotClassificationTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        if (run.words("--labels", labels).isEmpty() && !run.arguments().isEmpty()) {
            throw run.usage("zero-shot-classification needs labels: give --labels \"one,another\"");
        }
        ZeroShotClassificationOptions options = options(run);
        try (TruncationWarning truncation = new TruncationWarning(run.console());
                Inputs<ZeroShotInput> inputs = run.inputs(new ZeroShotFormat(run.words("--labels", labels)));
                Engine engine = run.openEngine();
                ZeroShotClassificationPipeline pipeline = Pipelines.zeroShotClassification(run.requireModel(), engine);
                Progress progress = InputProgress.of(inputs, run.console())) {
            if (!pipeline.namesEntailment()) {
                run.console()
                        .warning(pipeline.model().config() + ": label2id has no label that begins with \"entail\";"
                                + " the model's last is taken for it, which is right only by chance");
            }
            EveryInput.run(
                    run,
                    inputs,
                    batchSize.textsTogether(),
                    batch -> pipeline.classify(batch, options),
                    (input, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        return run.isJson()
                                ? json(answer)
                                : new Labelled(false, true).line(answer.labels(), Printable.excerpt(answer.sequence()));
                    },
                    progress);
        }
    }

    private ZeroShotClassificationOptions options(TaskRun run) {
        ZeroShotClassificationOptions options =
                ZeroShotClassificationOptions.DEFAULT.withMultiLabel(multiLabel).withBatchSize(batchSize.orDefault());
        try {
            return hypothesisTemplate == null ? options : options.withHypothesisTemplate(hypothesisTemplate);
        } catch (IllegalArgumentException e) {
            throw run.usage(e.getMessage());
        }
    }

    private static String json(ZeroShotClassification answer) {
        return new Json()
                .raw("{")
                .name("sequence")
                .string(answer.sequence())
                .name("labels")
                .array(answer.labels(), (json, label) -> json.string(label.label()))
                .name("scores")
                .array(answer.labels(), (Json json, Classification label) -> json.number(label.score()))
                .raw("}")
                .toString();
    }
}
