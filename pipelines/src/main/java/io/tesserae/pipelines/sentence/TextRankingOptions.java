package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.ScoreFunction;
import java.util.Optional;

/**
 * The choices of a ranking.
 *
 * @param topK how many texts to return; more than there are means all
 * @param functionToApply how outputs become scores, {@link ScoreFunction#SIGMOID} or {@link ScoreFunction#NONE}; empty: as the
 *     model's configuration says. The order does not depend on it.
 * @param batchSize how many pairs go through the model together; 0: as many as make good use of it. Scores do not depend on
 *     it, to the last bit.
 */
public record TextRankingOptions(int topK, Optional<ScoreFunction> functionToApply, int batchSize) {

    /** All texts, the model's own function. */
    public static final TextRankingOptions DEFAULT = new TextRankingOptions(Integer.MAX_VALUE, Optional.empty(), 0);

    /** Checks the ranges. */
    public TextRankingOptions {
        Arguments.require(functionToApply, "functionToApply");
        if (topK < 1) {
            throw new IllegalArgumentException("topK: expected 1 or more, found " + topK);
        }
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
        if (functionToApply.equals(Optional.of(ScoreFunction.SOFTMAX))) {
            throw new IllegalArgumentException(
                    "functionToApply: a ranking has one score a text, and a softmax over one is always 1");
        }
    }

    /** With this many texts, best first. */
    public TextRankingOptions withTopK(int texts) {
        return new TextRankingOptions(texts, functionToApply, batchSize);
    }

    /** With this function from outputs to scores. */
    public TextRankingOptions withFunctionToApply(ScoreFunction function) {
        return new TextRankingOptions(topK, Optional.of(Arguments.require(function, "function")), batchSize);
    }

    /** With batches of this many pairs; 0 leaves it to the pipeline. */
    public TextRankingOptions withBatchSize(int pairs) {
        return new TextRankingOptions(topK, functionToApply, pairs);
    }
}
