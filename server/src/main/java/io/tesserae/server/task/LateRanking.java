package io.tesserae.server.task;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.pipelines.sentence.LateInteractionEmbedding;
import io.tesserae.pipelines.sentence.LateInteractionOptions;
import io.tesserae.pipelines.sentence.LateInteractionPipeline;
import io.tesserae.pipelines.sentence.LateInteractionText;
import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * Text ranking by late interaction: pairs of a query and a text, scored as a cross-encoder's are. Whatever the pairs have in common, as a
 * query and all its texts, goes through the model once. Thread-safe.
 */
public final class LateRanking implements Pipeline<TextInput, TextRankingOptions, PairScore> {

    /** The task {@code text-ranking}, with a model for late interaction. */
    public static final PipelineTask<LateRanking> TASK =
            new PipelineTask<>(LateRanking.class, List.of("text-ranking"), LateRanking::load);

    /** Of a stream, where the options leave it open: a query's texts then share what is computed of the query. */
    private static final int PAIRS_TOGETHER = 64;

    private final LateInteractionPipeline pipeline;

    private LateRanking(LateInteractionPipeline pipeline) {
        this.pipeline = pipeline;
    }

    private static LateRanking load(Checkpoint checkpoint, Engine engine) {
        return new LateRanking(LateInteractionPipeline.TASK.open(checkpoint, engine));
    }

    @Override
    public TextRankingOptions defaultOptions() {
        return TextRankingOptions.DEFAULT;
    }

    @Override
    public List<PairScore> answer(List<? extends TextInput> inputs, TextRankingOptions options) {
        if (options.functionToApply().orElse(ScoreFunction.NONE) != ScoreFunction.NONE) {
            throw new IllegalArgumentException(
                    "function_to_apply: expected none, since late interaction's scores are sums of cosines, found "
                            + options.functionToApply().get());
        }
        Map<LateInteractionText, Integer> places = new LinkedHashMap<>();
        for (TextInput pair : inputs) {
            places.putIfAbsent(query(pair), places.size());
            places.putIfAbsent(document(pair), places.size());
        }
        List<LateInteractionEmbedding> embeddings = pipeline.answer(
                List.copyOf(places.keySet()), LateInteractionOptions.DEFAULT.withBatchSize(options.batchSize()));
        List<PairScore> scores = new ArrayList<>(inputs.size());
        for (TextInput pair : inputs) {
            LateInteractionEmbedding asked = embeddings.get(places.get(query(pair)));
            LateInteractionEmbedding text = embeddings.get(places.get(document(pair)));
            scores.add(new PairScore(pipeline.similarity(asked.vectors(), text.vectors()), text.truncatedTokens()));
        }
        return scores;
    }

    private static LateInteractionText query(TextInput pair) {
        return LateInteractionText.query(pair.text());
    }

    private static LateInteractionText document(TextInput pair) {
        return LateInteractionText.document(pair.textPair()
                .orElseThrow(() -> new IllegalArgumentException("expected a query and a text, found one text")));
    }

    @Override
    public Stream<PairScore> answer(Stream<? extends TextInput> inputs, TextRankingOptions options) {
        return inputs.gather(Gatherers.windowFixed(options.batchSize() == 0 ? PAIRS_TOGETHER : options.batchSize()))
                .flatMap(pairs -> answer(pairs, options).stream());
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return pipeline.tokenizer();
    }

    /** The longest text, in tokens; what is longer is cut, and so is a query that is longer than the model's queries are. */
    public int maxLength() {
        return Math.min(
                pipeline.model().config().documentLength(),
                pipeline.model().encoder().encoder().maxLength());
    }

    @Override
    public LateRanking withListener(PipelineListener listener) {
        return new LateRanking(pipeline.withListener(listener));
    }

    @Override
    public String description() {
        return pipeline.description();
    }

    @Override
    public String toString() {
        return description();
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
