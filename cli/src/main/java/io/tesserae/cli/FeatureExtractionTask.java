package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.FeatureExtractionOptions;
import io.tesserae.pipelines.FeatureExtractionPipeline;
import io.tesserae.pipelines.Pipelines;
import java.io.IOException;

/** {@code tesserae run feature-extraction}. */
final class FeatureExtractionTask {

    private FeatureExtractionTask() {}

    static void run(RunCommand command) throws IOException {
        FeatureExtractionOptions options = FeatureExtractionOptions.DEFAULT
                .withTruncation(true)
                .withBatchSize(command.batchSize().orElse(0));
        try (TruncationWarning truncation = new TruncationWarning(command.console());
                Inputs<String> texts = command.inputs(InputFormat.SINGLE_TEXTS);
                Engine engine = command.openEngine();
                FeatureExtractionPipeline pipeline =
                        Pipelines.featureExtraction(command.modelOr(Models.bundledSentiment()), engine);
                Progress progress = Progress.of(texts, command.console())) {
            EveryInput.run(
                    command,
                    texts,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> pipeline.extract(batch, options),
                    (text, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        Features features = new Features(answer.hiddenStates());
                        return command.isJson() ? features.json() : features.line(Printable.excerpt(text));
                    },
                    progress);
        }
    }
}
