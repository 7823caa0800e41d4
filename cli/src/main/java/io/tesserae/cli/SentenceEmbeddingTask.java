package io.tesserae.cli;

import io.tesserae.pipelines.SentenceEmbeddingOptions;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code tesserae run sentence-embedding}. */
final class SentenceEmbeddingTask {

    /** As many numbers as a person would look at. */
    private static final int SHOWN = 4;

    private SentenceEmbeddingTask() {}

    static void run(RunCommand command) throws IOException {
        try (Inputs<String> texts = command.inputs(InputFormat.SINGLE_TEXTS);
                SentenceEmbedder embedder = SentenceEmbedder.open(command);
                Progress progress = Progress.of(texts, command.console())) {
            SentenceEmbeddingOptions options = embedder.options();
            EveryInput.run(
                    command,
                    texts,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> embedder.embed(batch, options),
                    (text, embedding) ->
                            command.isJson() ? new Json().floats(embedding).toString() : line(embedding, text),
                    progress);
        }
    }

    private static String line(float[] embedding, String text) {
        String beginning = IntStream.range(0, Math.min(SHOWN, embedding.length))
                .mapToObj(i -> FiniteNumber.text(embedding[i]))
                .collect(Collectors.joining(" "));
        return embedding.length + ": " + beginning + (embedding.length > SHOWN ? " ..." : "") + "  "
                + Printable.excerpt(text);
    }
}
