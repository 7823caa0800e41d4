package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The choices of a token classification.
 *
 * @param aggregation how tokens are joined
 * @param ignoreLabels labels that are left out of the answer: of tokens with their {@code B-} or {@code I-}, of entities
 *     without
 * @param stride how many tokens the windows over a text that is too long have in common; empty: there are no windows, and
 *     its end is cut off
 * @param batchSize how many sequences go through the model together; 0: as many as make good use of it. Answers do not
 *     depend on it, to the last bit.
 */
public record TokenClassificationOptions(
        AggregationStrategy aggregation, Set<String> ignoreLabels, OptionalInt stride, int batchSize) {

    /** Every token by itself, without those of the label {@code O}: the defaults of transformers. */
    public static final TokenClassificationOptions DEFAULT =
            new TokenClassificationOptions(AggregationStrategy.NONE, Set.of("O"), OptionalInt.empty(), 0);

    /** Checks the ranges. */
    public TokenClassificationOptions {
        Arguments.require(aggregation, "aggregation");
        ignoreLabels = Set.copyOf(Arguments.requireAll(ignoreLabels, "ignoreLabels"));
        Arguments.require(stride, "stride");
        if (stride.isPresent() && stride.getAsInt() < 0) {
            throw new IllegalArgumentException("stride: expected 0 or more, found " + stride.getAsInt());
        }
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With tokens joined in this way. */
    public TokenClassificationOptions withAggregation(AggregationStrategy strategy) {
        return new TokenClassificationOptions(strategy, ignoreLabels, stride, batchSize);
    }

    /** Without these labels in the answer; none of them: with all labels. */
    public TokenClassificationOptions withIgnoreLabels(Collection<String> labels) {
        return new TokenClassificationOptions(
                aggregation, Set.copyOf(Arguments.requireAll(labels, "labels")), stride, batchSize);
    }

    /**
     * With all of a text that is longer than the model takes, in windows. Where an entity of one window overlaps one of the
     * next, the longer is kept, or else the surer.
     *
     * @param tokens how many tokens of a window the next begins with; fewer than a window has besides its special tokens
     */
    public TokenClassificationOptions withStride(int tokens) {
        return new TokenClassificationOptions(aggregation, ignoreLabels, OptionalInt.of(tokens), batchSize);
    }

    /** With batches of this many sequences; 0 leaves it to the pipeline. */
    public TokenClassificationOptions withBatchSize(int sequences) {
        return new TokenClassificationOptions(aggregation, ignoreLabels, stride, sequences);
    }
}
