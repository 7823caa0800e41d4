package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.io.IOException;

/** {@code tesserae run text-classification}. */
final class TextClassificationTask {

    private TextClassificationTask() {}

    static void run(RunCommand command) throws IOException {
        Labelled labelled = new Labelled(command.isJson(), command.topK().isPresent());
        TextClassificationOptions options = TextClassificationOptions.DEFAULT
                .withTruncation(true)
                .withTopK(command.topK().orElse(1))
                .withBatchSize(command.batchSize().orElse(0));
        try (TruncationWarning truncation = new TruncationWarning(command.console());
                Inputs<TextInput> texts = command.inputs(InputFormat.TEXTS);
                Engine engine = command.openEngine();
                TextClassificationPipeline pipeline =
                        Pipelines.textClassification(command.modelOr(Models.bundledSentiment()), engine);
                Progress progress = Progress.of(texts, command.console())) {
            EveryInput.run(
                    command,
                    texts,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> pipeline.classify(batch, options),
                    (input, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        return labelled.line(answer.labels(), excerpt(input));
                    },
                    progress);
        }
    }

    private static String excerpt(TextInput input) {
        return Printable.excerpt(
                input.textPair().map(pair -> input.text() + " | " + pair).orElse(input.text()));
    }
}
