package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.sentence.ColBert;
import io.tesserae.model.TokenVectors;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Texts in, a vector for each of their tokens out, which meet late: ColBERT, Khattab and Zaharia, arXiv 2004.12832. {@link
 * TokenVectors#maxSim} of a query's vectors and a document's says how well the two fit. Documents' vectors can be made once and kept; so
 * it is nearly as exact as reading both together ({@link TextRankingPipeline}), and far faster for many documents.
 *
 * <p>A text that is longer than the model takes is cut. Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class LateInteractionPipeline
        implements Pipeline<LateInteractionText, LateInteractionOptions, LateInteractionEmbedding> {

    /** The task {@code late-interaction}. */
    public static final PipelineTask<LateInteractionPipeline> TASK = new PipelineTask<>(
            LateInteractionPipeline.class, List.of("late-interaction"), LateInteractionPipeline::load);

    private final ColBert model;
    private final String description;
    private final Calls calls;

    private static LateInteractionPipeline load(Checkpoint checkpoint, Engine engine) {
        var model = ColBert.fromPretrained(checkpoint, engine);
        return SideBySideLoading.closingOnFailure(
                model,
                () -> new LateInteractionPipeline(model, checkpoint.files().describe("config.json"), engine));
    }

    private LateInteractionPipeline(ColBert model, String where, Engine engine) {
        FittingTokenizer.of(model.tokenizer(), model.encoder().encoder(), where); // of one vocabulary
        this.model = model;
        this.description = Descriptions.of(TASK, model.encoderConfig(), engine);
        this.calls = Calls.UNHEARD;
    }

    private LateInteractionPipeline(LateInteractionPipeline other, Calls calls) {
        this.model = other.model;
        this.description = other.description;
        this.calls = calls;
    }

    /** The vectors of what is asked for. */
    public TokenVectors embedQuery(String query) {
        return answer(LateInteractionText.query(query)).vectors();
    }

    /** The vectors of a text that may fit. */
    public TokenVectors embedDocument(String document) {
        return answer(LateInteractionText.document(document)).vectors();
    }

    /** The vectors of texts that may fit, in their order. */
    public List<TokenVectors> embedDocuments(List<String> documents) {
        List<LateInteractionText> texts = Arguments.require(documents, "documents").stream()
                .map(LateInteractionText::document)
                .toList();
        return answer(texts, LateInteractionOptions.DEFAULT).stream()
                .map(LateInteractionEmbedding::vectors)
                .toList();
    }

    /** How well each text fits a query, in the order of the texts, with what was cut off from each: more is better. */
    public List<PairScore> scoreAndCount(String query, List<String> texts, LateInteractionOptions options) {
        List<LateInteractionText> all = new ArrayList<>();
        all.add(LateInteractionText.query(query));
        Arguments.require(texts, "texts").forEach(text -> all.add(LateInteractionText.document(text)));
        List<LateInteractionEmbedding> embeddings = answer(all, options);
        TokenVectors asked = embeddings.getFirst().vectors();
        return embeddings.stream()
                .skip(1)
                .map(document -> new PairScore(model.score(asked, document.vectors()), document.truncatedTokens()))
                .toList();
    }

    /** How well each text fits a query, in the order of the texts. */
    public float[] scores(String query, List<String> texts) {
        List<PairScore> scores = scoreAndCount(query, texts, LateInteractionOptions.DEFAULT);
        float[] values = new float[scores.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scores.get(i).score();
        }
        return values;
    }

    /** How well a text fits a query, both by their vectors. */
    public float similarity(TokenVectors query, TokenVectors document) {
        return model.score(Arguments.require(query, "query"), Arguments.require(document, "document"));
    }

    /** All texts, best first; equal scores in the order of the texts. */
    public List<RankedText> rank(String query, List<String> texts) {
        return rank(query, texts, Integer.MAX_VALUE);
    }

    /**
     * The texts that fit a query best, best first; equal scores in the order of the texts.
     *
     * @param topK how many; more than there are means all
     */
    public List<RankedText> rank(String query, List<String> texts, int topK) {
        if (topK < 1) {
            throw new IllegalArgumentException("topK: expected 1 or more, found " + topK);
        }
        return RankedText.best(texts, scores(query, texts), topK);
    }

    @Override
    public List<LateInteractionEmbedding> answer(
            List<? extends LateInteractionText> inputs, LateInteractionOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Embedding());
    }

    @Override
    public Stream<LateInteractionEmbedding> answer(
            Stream<? extends LateInteractionText> inputs, LateInteractionOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Embedding());
    }

    @Override
    public LateInteractionOptions defaultOptions() {
        return LateInteractionOptions.DEFAULT;
    }

    /** A text is one sequence. */
    private final class Embedding
            implements Work<LateInteractionText, ColBert.Sequence, TokenVectors, LateInteractionEmbedding> {

        @Override
        public List<ColBert.Sequence> encode(LateInteractionText text) {
            return List.of(text.isQuery() ? model.query(text.text()) : model.document(text.text()));
        }

        @Override
        public int size(ColBert.Sequence sequence) {
            return sequence.inputIds().length;
        }

        @Override
        public Outcome<TokenVectors> run(List<ColBert.Sequence> batch) {
            return new Outcome<>(model.forward(batch), null);
        }

        @Override
        public LateInteractionEmbedding answer(
                LateInteractionText text, List<ColBert.Sequence> sequences, List<TokenVectors> vectors) {
            ColBert.Sequence sequence = sequences.getFirst();
            return new LateInteractionEmbedding(
                    vectors.getFirst(), sequence.inputIds().length, sequence.truncatedTokens());
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesTexts(work);
        }
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    /** The model. */
    public ColBert model() {
        return model;
    }

    @Override
    public LateInteractionPipeline withListener(PipelineListener listener) {
        return new LateInteractionPipeline(this, Calls.heardBy(listener));
    }

    @Override
    public String description() {
        return description;
    }

    /** The {@link #description}. */
    @Override
    public String toString() {
        return description;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}
