package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.console.TruncationWarning;
import io.tesserae.cli.input.Input;
import io.tesserae.cli.input.InputFormat;
import io.tesserae.cli.input.InputProgress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.input.Place;
import io.tesserae.cli.input.RankingInput;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.output.FiniteNumber;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.task.BatchSizeOption;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskOptions;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.sentence.ColBert;
import io.tesserae.pipelines.sentence.LateInteractionOptions;
import io.tesserae.pipelines.sentence.LateInteractionPipeline;
import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.TextInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tesserae run text-ranking}: texts by how well they fit a query, with a cross-encoder, or by late interaction. */
@Command(
        header = {"Texts by how well they fit a query, read together with it, or token by token (ColBERT).", ""},
        footer = "  tesserae run text-ranking --model DIR --query \"opening hours\" --top-k 3 --input passages.txt")
final class TextRankingTask implements Callable<Integer> {

    @Option(names = "--query", paramLabel = "TEXT", description = "What the texts are to fit.")
    private String query;

    @Option(
            names = "--top-k",
            paramLabel = "N|all",
            converter = Converters.TopK.class,
            description = "Return this many texts for each query, best first; by default all.")
    private Integer topK;

    @Mixin
    private BatchSizeOption batchSize;

    @Mixin
    private TaskOptions taskOptions;

    private final Console console;

    TextRankingTask(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return TaskRun.of(taskOptions, TaskRun.LINES, console, this::answer);
    }

    private void answer(TaskRun run) throws IOException {
        if (query == null && !run.arguments().isEmpty()) {
            throw run.usage("text-ranking ranks texts by a query: give --query TEXT");
        }
        try (TruncationWarning truncation = new TruncationWarning(run.console(), "text");
                Engine engine = run.openEngine();
                Scorer scorer = scorer(run.requireModel(), engine)) {
            Ranker ranker = new Ranker(run, scorer, truncation);
            if (query == null) {
                ranker.rankEach();
            } else {
                ranker.rankAll();
            }
        }
    }

    /** What a model says of texts. */
    private interface Scorer extends AutoCloseable {

        List<PairScore> score(String query, List<String> texts);

        @Override
        void close();
    }

    private record CrossEncoder(TextRankingPipeline pipeline, TextRankingOptions options) implements Scorer {

        @Override
        public List<PairScore> score(String query, List<String> texts) {
            return pipeline.scoreAndCount(
                    texts.stream().map(text -> TextInput.of(query, text)).toList(), options);
        }

        @Override
        public void close() {
            pipeline.close();
        }
    }

    private record LateInteraction(LateInteractionPipeline pipeline, LateInteractionOptions options) implements Scorer {

        @Override
        public List<PairScore> score(String query, List<String> texts) {
            return pipeline.scoreAndCount(query, texts, options);
        }

        @Override
        public void close() {
            pipeline.close();
        }
    }

    private Scorer scorer(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return ColBert.isLoadable(checkpoint)
                    ? new LateInteraction(
                            LateInteractionPipeline.TASK.open(checkpoint, engine),
                            LateInteractionOptions.DEFAULT.withBatchSize(batchSize.orDefault()))
                    : new CrossEncoder(
                            TextRankingPipeline.TASK.open(checkpoint, engine),
                            TextRankingOptions.DEFAULT.withBatchSize(batchSize.orDefault()));
        }
    }

    /** Ranks texts with a model. */
    private final class Ranker {

        private final TaskRun run;
        private final Scorer scorer;
        private final int most;
        private final TruncationWarning truncation;

        private Ranker(TaskRun run, Scorer scorer, TruncationWarning truncation) {
            this.run = run;
            this.scorer = scorer;
            this.truncation = truncation;
            this.most = topK == null ? Integer.MAX_VALUE : topK;
        }

        /** One query, and every input a text: no more of them are kept than are asked for. */
        private void rankAll() throws IOException {
            PriorityQueue<RankedText> best = new PriorityQueue<>(RankedText.BEST_FIRST.reversed());
            try (Inputs<String> texts = run.inputs(InputFormat.SINGLE_TEXTS);
                    Progress progress = InputProgress.of(texts, run.console())) {
                int together = batchSize.textsTogether();
                int index = 0;
                for (List<Input<String>> batch = texts.next(together); !batch.isEmpty(); batch = texts.next(together)) {
                    for (RankedText text : scoreReadable(query, batch, index)) {
                        best.add(text);
                        if (best.size() > most) {
                            best.remove();
                        }
                    }
                    index += batch.size();
                    progress.reached(texts.bytesRead());
                }
            }
            List<RankedText> ranked = new ArrayList<>(best);
            ranked.sort(RankedText.BEST_FIRST);
            run.console().out().line(line(query, ranked));
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
                        run.badInputs().leaveOut(batch.get(i), reason);
                }
            }
            return score(query, texts, indexes);
        }

        /** Every input a query with its own texts. */
        private void rankEach() throws IOException {
            try (Inputs<RankingInput> rankings = run.inputs(RankingInput.FORMAT);
                    Progress progress = InputProgress.of(rankings, run.console())) {
                EveryInput.run(
                        run,
                        rankings,
                        batchSize.textsTogether(),
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
                    .limit(most)
                    .toList();
        }

        /** Texts in their order, with the numbers that answers call them by. */
        private List<RankedText> score(String query, List<String> texts, List<Integer> indexes) {
            List<PairScore> scores = scorer.score(query, texts);
            scores.forEach(score -> truncation.count(score.truncatedTokens()));
            return IntStream.range(0, texts.size())
                    .mapToObj(i -> new RankedText(
                            indexes.get(i), texts.get(i), scores.get(i).score()))
                    .toList();
        }

        private String line(String query, List<RankedText> ranked) {
            if (!run.isJson()) {
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
}
