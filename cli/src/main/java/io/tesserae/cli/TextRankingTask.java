package io.tesserae.cli;

import io.tesserae.kernel.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.RankedText;
import io.tesserae.pipelines.TextRankingOptions;
import io.tesserae.pipelines.TextRankingPipeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.stream.Collectors;

/** {@code tesserae run text-ranking}: texts by how well they fit a query, with a cross-encoder. */
final class TextRankingTask {

    private static final int EXCERPT = 72;

    private final RunCommand command;
    private final TextRankingPipeline pipeline;
    private final TextRankingOptions options;

    private TextRankingTask(RunCommand command, TextRankingPipeline pipeline) {
        this.command = command;
        this.pipeline = pipeline;
        this.options = TextRankingOptions.DEFAULT
                .withTopK(command.topK().orElse(Integer.MAX_VALUE))
                .withBatchSize(command.batchSize().orElse(0));
    }

    static void run(RunCommand command) throws IOException {
        if (command.query().isEmpty() && !command.arguments().isEmpty()) {
            throw command.usage("text-ranking ranks texts by a query: give --query TEXT");
        }
        try (Engine engine = command.openEngine();
                TextRankingPipeline pipeline = Pipelines.textRanking(command.requireModel(), engine)) {
            TextRankingTask task = new TextRankingTask(command, pipeline);
            if (command.query().isPresent()) {
                task.rankAll(command.query().get());
            } else {
                task.rankEach();
            }
        }
    }

    /** One query, and every input a text: no more of them are kept than are asked for. */
    private void rankAll(String query) throws IOException {
        PriorityQueue<RankedText> best = new PriorityQueue<>(RankedText.BEST_FIRST.reversed());
        try (Inputs<String> texts = command.inputs(InputFormat.SINGLE_TEXTS);
                Progress progress = Progress.of(texts, command.console())) {
            int together = EveryInput.textsTogether(command.batchSize());
            int index = 0;
            for (List<String> batch = texts.next(together); !batch.isEmpty(); batch = texts.next(together)) {
                float[] scores = pipeline.scores(query, batch, options);
                for (int i = 0; i < scores.length; i++) {
                    best.add(new RankedText(index++, batch.get(i), scores[i]));
                    if (best.size() > options.topK()) {
                        best.remove();
                    }
                }
                progress.reached(texts.bytesRead());
            }
        }
        List<RankedText> ranked = new ArrayList<>(best);
        ranked.sort(RankedText.BEST_FIRST);
        command.console().out().line(line(query, ranked));
    }

    /** Every input a query with its own texts. */
    private void rankEach() throws IOException {
        try (Inputs<RankingInput> rankings = command.inputs(RankingInput.FORMAT);
                Progress progress = Progress.of(rankings, command.console())) {
            EveryInput.run(
                    rankings,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> batch.stream()
                            .map(ranking -> pipeline.rank(ranking.query(), ranking.documents(), options))
                            .toList(),
                    (ranking, ranked) -> line(ranking.query(), ranked),
                    command.console(),
                    progress);
        }
    }

    private String line(String query, List<RankedText> ranked) {
        if (!command.isJson()) {
            return ranked.stream()
                    .map(text -> String.format(Locale.ROOT, "%.4f  ", text.score())
                            + Printable.excerpt(text.text(), EXCERPT))
                    .collect(Collectors.joining("\n  ", Printable.excerpt(query, EXCERPT) + "\n  ", ""));
        }
        return new Json()
                .array(
                        ranked,
                        (json, text) -> json.raw("{")
                                .name("corpus_id")
                                .integer(text.index())
                                .name("score")
                                .number(text.score())
                                .name("text")
                                .string(text.text())
                                .raw("}"))
                .toString();
    }
}
