package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.input.SentenceComparison;
import io.tesserae.cli.output.FiniteNumber;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tesserae run sentence-similarity}. */
@Command(
        header = {"How like a text each of others is.", ""},
        footer = {
            "  tesserae run sentence-similarity --model sentence-transformers/all-MiniLM-L6-v2 \\",
            "      \"A man is eating.\" \"Somebody has lunch.\" \"The sky is blue.\""
        })
final class SentenceSimilarityTask implements Callable<Integer> {

    @Mixin
    private SentenceOptions sentences;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    SentenceSimilarityTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        if (run.arguments().size() == 1) {
            throw run.usage("sentence-similarity compares the first text with the others: give two texts or more");
        }
        try (Inputs<SentenceComparison> comparisons = run.inputs(SentenceComparison.FORMAT);
                SentenceEmbedder embedder = SentenceEmbedder.open(run, sentences, batchSize);
                Progress progress = InputProgress.of(comparisons, run.console())) {
            SentenceEmbeddingOptions options = embedder.options();
            EveryInput.run(
                    run,
                    comparisons,
                    batchSize.textsTogether(),
                    batch -> compare(batch, embedder, options),
                    (comparison, scores) ->
                            run.isJson() ? new Json().floats(scores).toString() : lines(comparison, scores),
                    progress);
        }
    }

    /** The scores of each comparison, in the order of its sentences. */
    private static List<float[]> compare(
            List<SentenceComparison> batch, SentenceEmbedder embedder, SentenceEmbeddingOptions options) {
        List<String> texts =
                batch.stream().flatMap(comparison -> comparison.all().stream()).toList();
        List<float[]> embeddings = embedder.embed(texts, options);
        List<float[]> scores = new ArrayList<>();
        int source = 0;
        for (SentenceComparison comparison : batch) {
            int end = source + 1 + comparison.sentences().size();
            scores.add(scores(embedder, embeddings.get(source), embeddings.subList(source + 1, end)));
            source = end;
        }
        return scores;
    }

    private static float[] scores(SentenceEmbedder embedder, float[] source, List<float[]> others) {
        float[] scores = new float[others.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = embedder.pipeline().similarity(source, others.get(i));
        }
        return scores;
    }

    private static String lines(SentenceComparison comparison, float[] scores) {
        return IntStream.range(0, scores.length)
                .mapToObj(i -> FiniteNumber.text(scores[i]) + "  "
                        + Printable.excerpt(comparison.sentences().get(i)))
                .collect(Collectors.joining(
                        "\n  ", Printable.excerpt(comparison.source()) + (scores.length == 0 ? "" : "\n  "), ""));
    }
}
