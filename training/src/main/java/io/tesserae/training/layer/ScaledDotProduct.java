package io.tesserae.training.layer;

import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Arrays;
import java.util.Optional;

/**
 * Attention between queries, keys and values of all heads: Vaswani et al., arXiv 1706.03762, equation 1. Per sequence and head, with D for
 * dropout:
 *
 * <pre>
 * S  = Q Kᵀ · scale + bias      [queries, keys]
 * P  = softmax(S),  A = D(P)
 * O  = A V                      [queries, headSize]
 *
 * dV = Aᵀ dO                    [keys, headSize]
 * dP = D(dO Vᵀ)                 the same draw
 * dS = P · (dP − Σ P · dP)      the sum along each row
 * dQ = dS K · scale             [queries, headSize]
 * dK = dSᵀ Q · scale            [keys, headSize]
 * </pre>
 *
 * <p>Nothing of size queries · keys is kept: the backward pass computes the probabilities once more. Without dropout the forward
 * pass is the kernel of inference, and has its bits.
 *
 * @param shape of the heads, each with keys of its own
 * @param dropout of the probabilities
 */
@SuppressWarnings("exports") // what it computes with is not for others
public record ScaledDotProduct(AttentionShape shape, Dropout dropout) {

    /** Refuses heads that share keys. */
    public ScaledDotProduct {
        if (shape.heads() != shape.keyHeads() || shape.headSize() != shape.valueSize()) {
            throw new IllegalArgumentException("expected heads with keys of their own, found " + shape);
        }
    }

    /**
     * A table of what is added to the scores for each distance, {@code key − place}.
     *
     * @param table {@code [heads, 2 · reach + 1]}
     * @param reach the longest distance
     */
    public record Distances(Variable table, int reach) {}

    /** Queries, keys and values, {@code [rows, heads · headSize]} each. */
    public record Operands(Variable queries, Variable keys, Variable values) {}

    /**
     * Every query's context.
     *
     * @param pattern who sees whom; its bias is not looked at
     * @param distances what is added to the scores; empty for nothing
     * @return {@code [queries, heads · headSize]}
     */
    public Variable forward(Tape tape, Operands operands, AttentionPattern pattern, Optional<Distances> distances) {
        Tensor context = tape.take(operands.queries().rows(), shape.contextWidth());
        AttentionPattern biased = distances
                .map(d -> withBias(
                        pattern, new ScoreBias.Distances(d.table().value().toArray(), d.reach())))
                .orElse(pattern);
        AttentionHeads heads = new AttentionHeads(this, operands, biased);
        if (dropout.drops(tape)) {
            heads.forward(tape, context);
        } else {
            attend(tape, operands, biased, context);
        }
        boolean needed = operands.queries().needsGradient()
                || operands.keys().needsGradient()
                || operands.values().needsGradient()
                || distances.filter(d -> d.table().needsGradient()).isPresent();
        return tape.record(context, needed, dy -> heads.backward(tape, dy, distances));
    }

    private static AttentionPattern withBias(AttentionPattern pattern, ScoreBias bias) {
        return new AttentionPattern(
                pattern.queryStarts(), pattern.keyStarts(), pattern.keyEnds(), pattern.places(), pattern.sight(), bias);
    }

    private void attend(Tape tape, Operands operands, AttentionPattern pattern, Tensor context) {
        int width = shape.contextWidth();
        AttentionOperands matrices = new AttentionOperands(
                new MatrixView(operands.queries().value().data(), 0, width),
                new MatrixView(operands.keys().value().data(), 0, width),
                new MatrixView(operands.values().value().data(), 0, width),
                new MatrixView(context.data(), 0, width),
                shape);
        Arrays.fill(context.data(), 0, context.size(), 0f);
        ParallelKernels.attend(tape.workspace(), matrices, pattern, AttentionMaps.NONE);
    }
}
