package io.tesserae.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.sentence.ColBert;
import io.tesserae.pipelines.sentence.LateInteractionOptions;
import io.tesserae.pipelines.sentence.LateInteractionPipeline;
import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.tensor.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A cross-encoder as LangChain4j's scoring model: it reads a question and a text together and says how well the one answers
 * the other. Slower than comparing embeddings, and better, so it ranks again the few texts that those have found.
 *
 * <pre>{@code
 * try (var model = TesseraeScoringModel.of(Path.of("ms-marco-MiniLM-L6-v2"))) {
 *     var aggregator = ReRankingContentAggregator.builder().scoringModel(model).build();
 * }
 * }</pre>
 *
 * <p>A text that is too long to be read together with the question is cut. Immutable and thread-safe.
 */
public final class TesseraeScoringModel implements ScoringModel, AutoCloseable {

    /** What scores texts: a cross-encoder, or late interaction. */
    private interface Scorer {
        float[] scores(String query, List<String> texts);
    }

    private final Scorer scorer;
    private final String description;
    private final Runnable closing;

    private TesseraeScoringModel(Scorer scorer, String description, Runnable closing) {
        this.scorer = scorer;
        this.description = description;
        this.closing = closing;
    }

    private static TesseraeScoringModel of(TextRankingPipeline pipeline, TextRankingOptions options, Runnable closing) {
        return new TesseraeScoringModel(
                (query, texts) -> pipeline.scores(query, texts, options), pipeline.description(), closing);
    }

    /**
     * With the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TesseraeScoringModel of(Path directory) {
        return builder().load(directory);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache. */
    public static TesseraeScoringModel of(ModelFiles files) {
        return builder().load(files);
    }

    /** With a pipeline of one's own, which {@link #close} leaves open. */
    public static TesseraeScoringModel of(TextRankingPipeline pipeline) {
        return of(pipeline, TextRankingOptions.DEFAULT, () -> {});
    }

    /** With a pipeline of one's own for late interaction, which {@link #close} leaves open. */
    public static TesseraeScoringModel of(LateInteractionPipeline pipeline) {
        return new TesseraeScoringModel(pipeline::scores, pipeline.description(), () -> {});
    }

    /** Begins a model with choices of its own: threads, precision, batch size. */
    public static Builder builder() {
        return new Builder();
    }

    /** The choices there are; {@code load} ends them. */
    public static final class Builder {

        private final Engine.Builder engine = Engine.builder();
        private boolean ownEngine;
        private TextRankingOptions options = TextRankingOptions.DEFAULT;

        private Builder() {}

        /** How many threads share the work of a call; by default those of the process. */
        public Builder threads(int threads) {
            engine.threads(threads);
            ownEngine = true;
            return this;
        }

        /** What weights are rounded to when they are loaded; by default nothing is. */
        public Builder weightPrecision(Precision precision) {
            engine.weightPrecision(precision);
            ownEngine = true;
            return this;
        }

        /** How many texts go through the model together; 0, the default, leaves it to the pipeline. */
        public Builder batchSize(int texts) {
            options = options.withBatchSize(texts);
            return this;
        }

        /**
         * With the checkpoint in a folder.
         *
         * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
         */
        public TesseraeScoringModel load(Path directory) {
            return load(ModelFiles.directory(directory));
        }

        /**
         * With a checkpoint that lies elsewhere, as in the hub's cache.
         *
         * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
         */
        public TesseraeScoringModel load(ModelFiles files) {
            Engine engine = ownEngine ? this.engine.build() : Engine.shared();
            Runnable closing = ownEngine ? engine::close : () -> {};
            try (Checkpoint checkpoint = Checkpoint.open(files)) {
                return load(checkpoint, engine, closing);
            } catch (RuntimeException e) {
                closing.run();
                throw e;
            }
        }

        private TesseraeScoringModel load(Checkpoint checkpoint, Engine engine, Runnable closing) {
            if (ColBert.isLoadable(checkpoint)) {
                LateInteractionPipeline pipeline = LateInteractionPipeline.TASK.open(checkpoint, engine);
                LateInteractionOptions together = LateInteractionOptions.DEFAULT.withBatchSize(options.batchSize());
                return new TesseraeScoringModel(
                        (query, texts) -> values(pipeline.scoreAndCount(query, texts, together)),
                        pipeline.description(),
                        () -> close(pipeline, closing));
            }
            TextRankingPipeline pipeline = TextRankingPipeline.TASK.open(checkpoint, engine);
            return of(pipeline, options, () -> close(pipeline, closing));
        }

        private static void close(Pipeline<?, ?, ?> pipeline, Runnable closing) {
            pipeline.close();
            closing.run();
        }

        private static float[] values(List<PairScore> scores) {
            float[] values = new float[scores.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = scores.get(i).score();
            }
            return values;
        }
    }

    /** The scores of texts, in their order; more is better. */
    @Override
    public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
        List<Double> scores = new ArrayList<>(segments.size());
        for (float score :
                scorer.scores(query, segments.stream().map(TextSegment::text).toList())) {
            scores.add((double) score);
        }
        return Response.from(scores);
    }

    /** What it is: task, model, threads. */
    @Override
    public String toString() {
        return description;
    }

    /** Lets go of the checkpoint's files, unless they are another's pipeline's; calls that come later fail. */
    @Override
    public void close() {
        closing.run();
    }
}
