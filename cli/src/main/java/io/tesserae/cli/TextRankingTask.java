package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.TextInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code tesserae run text-ranking}: texts by how well they fit a query, with a cross-encoder. */
final class TextRankingTask {

    private final RunCommand command;
    private final TextRankingPipeline pipeline;
    private final TextRankingOptions options;
    private final TruncationWarning truncation;

    private TextRankingTask(RunCommand command, TextRankingPipeline pipeline, TruncationWarning truncation) {
        this.command = command;
        this.pipeline = pipeline;
        this.truncation = truncation;
        this.options = TextRankingOptions.DEFAULT
                .withTopK(command.topK().orElse(Integer.MAX_VALUE))
                .withBatchSize(command.batchSize().orElse(0));
    }

    static void run(RunCommand command) throws IOException {
        if (command.query().isEmpty() && !command.arguments().isEmpty()) {
            throw command.usage("text-ranking ranks texts by a query: give --query TEXT");
        }
        try (TruncationWarning truncation = new TruncationWarning(command.console(), "text");
                Engine engine = command.openEngine();
                TextRankingPipeline pipeline = Pipelines.textRanking(command.requireModel(), engine)) {
            TextRankingTask task = new TextRankingTask(command, pipeline, truncation);
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
            for (List<Input<String>> batch = texts.next(together); !batch.isEmpty(); batch = texts.next(together)) {
                for (RankedText text : scoreReadable(query, batch, index)) {
                    best.add(text);
                    if (best.size() > options.topK()) {
                        best.remove();
                    }
                }
                index += batch.size();
                progress.reached(texts.bytesRead());
            }
        }
        List<RankedText> ranked = new ArrayList<>(best);
        ranked.sort(RankedText.BEST_FIRST);
        command.console().out().line(line(query, ranked));
    }

    /** Texts that are left out are counted all the same: an answer's number is that of its line. */
    private List<RankedText> scoreReadable(String query, List<Input<String>> batch, int first) {
        List<String> texts = new ArrayList<>();
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            switch (batch.get(i)) {
                case Input.Read<String>(Place _, String text) -> {
                    texts.add(text);
                    indexes.add(first + i);
                }
                case Input.Unreadable<String>(Place _, RuntimeException reason) ->
                    command.badInputs().leaveOut(batch.get(i), reason);
            }
        }
        return score(query, texts, indexes);
    }

    /** Every input a query with its own texts. */
    private void rankEach() throws IOException {
        try (Inputs<RankingInput> rankings = command.inputs(RankingInput.FORMAT);
                Progress progress = Progress.of(rankings, command.console())) {
            EveryInput.run(
                    command,
                    rankings,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> batch.stream().map(this::rank).toList(),
                    (ranking, ranked) -> line(ranking.query(), ranked),
                    progress);
        }
    }

    private List<RankedText> rank(RankingInput ranking) {
        List<Integer> indexes =
                IntStream.range(0, ranking.documents().size()).boxed().toList();
        return score(ranking.query(), ranking.documents(), indexes).stream()
                .sorted(RankedText.BEST_FIRST)
                .limit(options.topK())
                .toList();
    }

    /** Texts in their order, with the numbers that answers call them by. */
    private List<RankedText> score(String query, List<String> texts, List<Integer> indexes) {
        List<PairScore> scores = pipeline.scoreAndCount(
                texts.stream().map(text -> TextInput.of(query, text)).toList(), options);
        scores.forEach(score -> truncation.count(score.truncatedTokens()));
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new RankedText(
                        indexes.get(i), texts.get(i), scores.get(i).score()))
                .toList();
    }

    private String line(String query, List<RankedText> ranked) {
        if (!command.isJson()) {
            return ranked.stream()
                    .map(text -> FiniteNumber.text(text.score()) + "  " + Printable.excerpt(text.text()))
                    .collect(Collectors.joining("\n  ", Printable.excerpt(query) + "\n  ", ""));
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
