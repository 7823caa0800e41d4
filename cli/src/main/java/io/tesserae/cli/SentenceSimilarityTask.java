package io.tesserae.cli;

import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code tesserae run sentence-similarity}. */
final class SentenceSimilarityTask {

    private final RunCommand command;
    private final SentenceEmbedder embedder;
    private final SentenceEmbeddingOptions options;

    private SentenceSimilarityTask(RunCommand command, SentenceEmbedder embedder) {
        this.command = command;
        this.embedder = embedder;
        this.options = embedder.options();
    }

    static void run(RunCommand command) throws IOException {
        if (command.arguments().size() == 1) {
            throw command.usage("sentence-similarity compares the first text with the others: give two texts or more");
        }
        try (Inputs<SentenceComparison> comparisons = command.inputs(SentenceComparison.FORMAT);
                SentenceEmbedder embedder = SentenceEmbedder.open(command);
                Progress progress = Progress.of(comparisons, command.console())) {
            SentenceSimilarityTask task = new SentenceSimilarityTask(command, embedder);
            EveryInput.run(
                    command,
                    comparisons,
                    EveryInput.textsTogether(command.batchSize()),
                    task::compare,
                    task::line,
                    progress);
        }
    }

    /** The scores of each comparison, in the order of its sentences. */
    private List<float[]> compare(List<SentenceComparison> batch) {
        List<String> texts =
                batch.stream().flatMap(comparison -> comparison.all().stream()).toList();
        List<float[]> embeddings = embedder.embed(texts, options);
        List<float[]> scores = new ArrayList<>();
        int source = 0;
        for (SentenceComparison comparison : batch) {
            int end = source + 1 + comparison.sentences().size();
            scores.add(scores(embeddings.get(source), embeddings.subList(source + 1, end)));
            source = end;
        }
        return scores;
    }

    private float[] scores(float[] source, List<float[]> others) {
        float[] scores = new float[others.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = embedder.pipeline().similarity(source, others.get(i));
        }
        return scores;
    }

    private String line(SentenceComparison comparison, float[] scores) {
        if (command.isJson()) {
            return new Json().floats(scores).toString();
        }
        return IntStream.range(0, scores.length)
                .mapToObj(i -> FiniteNumber.text(scores[i]) + "  "
                        + Printable.excerpt(comparison.sentences().get(i)))
                .collect(Collectors.joining(
                        "\n  ", Printable.excerpt(comparison.source()) + (scores.length == 0 ? "" : "\n  "), ""));
    }
}
