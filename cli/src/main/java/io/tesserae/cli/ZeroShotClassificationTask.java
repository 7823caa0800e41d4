package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.text.ZeroShotClassification;
import io.tesserae.pipelines.text.ZeroShotClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotClassificationPipeline;
import io.tesserae.pipelines.text.ZeroShotInput;
import java.io.IOException;

/** {@code tesserae run zero-shot-classification}. */
final class ZeroShotClassificationTask {

    private ZeroShotClassificationTask() {}

    static void run(RunCommand command) throws IOException {
        if (command.zeroShot().labels(command).isEmpty() && !command.arguments().isEmpty()) {
            throw command.usage("zero-shot-classification needs labels: give --labels \"one,another\"");
        }
        ZeroShotClassificationOptions options = options(command);
        try (TruncationWarning truncation = new TruncationWarning(command.console());
                Inputs<ZeroShotInput> inputs =
                        command.inputs(new ZeroShotFormat(command.zeroShot().labels(command)));
                Engine engine = command.openEngine();
                ZeroShotClassificationPipeline pipeline =
                        Pipelines.zeroShotClassification(command.requireModel(), engine);
                Progress progress = Progress.of(inputs, command.console())) {
            if (!pipeline.namesEntailment()) {
                command.console()
                        .warning(pipeline.model().config() + ": label2id has no label that begins with \"entail\";"
                                + " the model's last is taken for it, which is right only by chance");
            }
            EveryInput.run(
                    command,
                    inputs,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> pipeline.classify(batch, options),
                    (input, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        return command.isJson()
                                ? json(answer)
                                : new Labelled(false, true).line(answer.labels(), Printable.excerpt(answer.sequence()));
                    },
                    progress);
        }
    }

    private static ZeroShotClassificationOptions options(RunCommand command) {
        ZeroShotClassificationOptions options = ZeroShotClassificationOptions.DEFAULT
                .withMultiLabel(command.zeroShot().multiLabel())
                .withBatchSize(command.batchSize().orElse(0));
        try {
            return command.zeroShot()
                    .hypothesisTemplate()
                    .map(options::withHypothesisTemplate)
                    .orElse(options);
        } catch (IllegalArgumentException e) {
            throw command.usage(e.getMessage());
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
