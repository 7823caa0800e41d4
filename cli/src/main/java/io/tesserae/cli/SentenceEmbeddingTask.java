package io.tesserae.cli;

import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.tensor.Tensor;
import java.io.IOException;

/** {@code tesserae run sentence-embedding}. */
final class SentenceEmbeddingTask {

    private SentenceEmbeddingTask() {}

    static void run(RunCommand command) throws IOException {
        try (Inputs<String> texts = command.inputs(InputFormat.SINGLE_TEXTS);
                SentenceEmbedder embedder = SentenceEmbedder.open(command);
                VectorOutput vectors = VectorOutput.open(
                        command,
                        "text",
                        Printable::excerpt,
                        vector -> new Json().floats(vector.data()).toString());
                Progress progress = Progress.of(texts, command.console())) {
            SentenceEmbeddingOptions options = embedder.options();
            EveryInput.write(
                    command,
                    texts,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> embedder.embed(batch, options),
                    (text, embedding) -> vectors.write(text, Tensor.of(embedding, embedding.length)),
                    progress);
            vectors.complete();
        }
    }
}
