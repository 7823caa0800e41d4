package io.tesserae.training.loss;

import io.tesserae.training.layer.Normalize;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which text of the batch belongs to which: sentence-transformers' {@code MultipleNegativesRankingLoss}; Henderson et al., arXiv
 * 1705.00652, section 4. Every anchor is to find its own candidate among those of all; the others are its negatives.
 *
 * <pre>
 * scores = scale · cosine(anchor i, candidate j)          [n, candidates]
 * loss   = mean over i of the cross-entropy of row i, whose label is i
 * </pre>
 *
 * <p>Where it is symmetric, the n first candidates also look for their anchors among the anchors, and the loss is the mean of the two:
 * {@code MultipleNegativesSymmetricRankingLoss}.
 *
 * @param scale above 0, what cosines are multiplied by: one over a temperature
 * @param symmetric whether candidates look for anchors too
 */
public record InBatchNegatives(float scale, boolean symmetric) {

    /** As sentence-transformers sets it: cosines times 20, anchors looking for candidates alone. */
    public static final InBatchNegatives DEFAULT = new InBatchNegatives(20f, false);

    /** Checks the scale. */
    public InBatchNegatives {
        if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("scale: expected a number above 0, found " + scale);
        }
    }

    /**
     * The loss, one value.
     *
     * @param anchors {@code [n, hidden]}
     * @param candidates {@code [n, hidden]}, candidate i belongs to anchor i; or more rows, of which those after the n first belong to none:
     *     hard negatives
     * @throws IllegalArgumentException if there is no anchor, or too few candidates, or vectors of another length
     */
    public Variable of(Tape tape, Variable anchors, Variable candidates) {
        int n = anchors.rows();
        requireShapes(anchors, candidates);
        Variable a = Normalize.forward(tape, anchors);
        Variable b = Normalize.forward(tape, candidates);
        Variable forward = ranking(tape, a, b);
        if (!symmetric) {
            return forward;
        }
        int[] firsts = IntStream.range(0, n).toArray();
        Variable positives =
                b.rows() == n ? b : Rows.of(firsts, new int[] {0, n}).gather(tape, b);
        Variable backward = ranking(tape, positives, a);
        return WeightedSum.of(tape, List.of(new WeightedSum.Term(0.5f, forward), new WeightedSum.Term(0.5f, backward)));
    }

    private Variable ranking(Tape tape, Variable queries, Variable candidates) {
        int[] own = IntStream.range(0, queries.rows()).toArray();
        return CrossEntropy.PLAIN.of(tape, Similarities.of(tape, queries, candidates, scale), own);
    }

    private static void requireShapes(Variable anchors, Variable candidates) {
        if (anchors.rows() < 1 || candidates.rows() < anchors.rows() || candidates.columns() != anchors.columns()) {
            throw new IllegalArgumentException("in-batch negatives: expected anchors [n, hidden], n at least 1, and"
                    + " candidates [n or more, hidden], found " + anchors.value() + " and " + candidates.value());
        }
    }
}
