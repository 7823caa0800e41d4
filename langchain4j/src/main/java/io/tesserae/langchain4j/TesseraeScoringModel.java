package io.tesserae.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
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

    private final TextRankingPipeline pipeline;
    private final boolean ownsPipeline;

    private TesseraeScoringModel(TextRankingPipeline pipeline, boolean ownsPipeline) {
        this.pipeline = pipeline;
        this.ownsPipeline = ownsPipeline;
    }

    /**
     * With the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TesseraeScoringModel of(Path directory) {
        return new TesseraeScoringModel(Pipelines.textRanking(directory), true);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache. */
    public static TesseraeScoringModel of(ModelFiles files) {
        return new TesseraeScoringModel(Pipelines.textRanking(files), true);
    }

    /** With a pipeline of one's own, which {@link #close} leaves open. */
    public static TesseraeScoringModel of(TextRankingPipeline pipeline) {
        return new TesseraeScoringModel(pipeline, false);
    }

    /** The scores of texts, in their order; more is better. */
    @Override
    public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
        List<Double> scores = new ArrayList<>(segments.size());
        for (float score :
                pipeline.scores(query, segments.stream().map(TextSegment::text).toList())) {
            scores.add((double) score);
        }
        return Response.from(scores);
    }

    /** Lets go of the checkpoint's files, unless they are another's pipeline's; calls that come later fail. */
    @Override
    public void close() {
        if (ownsPipeline) {
            pipeline.close();
        }
    }
}
