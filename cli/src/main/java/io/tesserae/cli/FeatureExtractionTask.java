package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.text.FeatureExtractionOptions;
import io.tesserae.pipelines.text.FeatureExtractionPipeline;
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
                VectorOutput vectors =
                        VectorOutput.open(command, "text", Printable::excerpt, tensor -> new Features(tensor).json());
                Progress progress = Progress.of(texts, command.console())) {
            EveryInput.write(
                    command,
                    texts,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> pipeline.extract(batch, options),
                    (text, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        vectors.write(text, answer.hiddenStates());
                    },
                    progress);
            vectors.complete();
        }
    }
}
