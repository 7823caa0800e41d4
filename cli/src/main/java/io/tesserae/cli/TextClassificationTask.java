package io.tesserae.cli;

import io.tesserae.kernel.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.TextClassification;
import io.tesserae.pipelines.TextClassificationOptions;
import io.tesserae.pipelines.TextClassificationPipeline;
import io.tesserae.pipelines.TextInput;
import java.io.IOException;

/** {@code tesserae run text-classification}. */
final class TextClassificationTask {

    private static final int EXCERPT = 72;

    private final RunCommand command;
    private final Labelled labelled;
    private long inputs;
    private long truncated;

    private TextClassificationTask(RunCommand command) {
        this.command = command;
        this.labelled = new Labelled(command.isJson(), command.topK().isPresent());
    }

    static void run(RunCommand command) throws IOException {
        new TextClassificationTask(command).run();
    }

    private void run() throws IOException {
        try (Inputs<TextInput> texts = command.inputs(InputFormat.TEXTS);
                Engine engine = command.openEngine();
                TextClassificationPipeline pipeline =
                        Pipelines.textClassification(command.modelOr(Models.bundledSentiment()), engine);
                Progress progress = Progress.of(texts, command.console())) {
            classifyAll(texts, pipeline, progress);
        } finally {
            warnOfTruncation();
        }
    }

    private void classifyAll(Inputs<TextInput> texts, TextClassificationPipeline pipeline, Progress progress)
            throws IOException {
        TextClassificationOptions options = TextClassificationOptions.DEFAULT
                .withTruncation(true)
                .withTopK(command.topK().orElse(1))
                .withBatchSize(command.batchSize().orElse(0));
        EveryInput.run(
                texts,
                EveryInput.textsTogether(command.batchSize()),
                batch -> pipeline.classify(batch, options),
                this::line,
                command.console(),
                progress);
    }

    private String line(TextInput input, TextClassification answer) {
        truncated += answer.truncatedTokens() > 0 ? 1 : 0;
        inputs++;
        return labelled.line(answer.labels(), excerpt(input));
    }

    private static String excerpt(TextInput input) {
        String text = input.textPair().map(pair -> input.text() + " | " + pair).orElse(input.text());
        return Printable.excerpt(text, EXCERPT);
    }

    private void warnOfTruncation() {
        if (truncated > 0) {
            command.console()
                    .warning(
                            inputs == 1
                                    ? "the input is longer than the model takes; its end was not read"
                                    : truncated + " of " + inputs + " inputs are longer than the model takes; their"
                                            + " ends were not read");
        }
    }
}
