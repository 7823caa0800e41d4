package io.tesserae.training.layer;

import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/**
 * A transformer block that normalises what each branch reads, and not the residual stream: Xiong et al., arXiv 2002.04745.
 *
 * <pre>
 * x = x + attentionScale · dropout(attention(attentionNorm(x)))
 * x = x + feedForwardScale · dropout(feedForward(feedForwardNorm(x)))
 * </pre>
 *
 * @param attentionScale layer scale; empty where there is none
 * @param feedForwardScale likewise
 */
public record PreNormBlock(
        LayerNorm attentionNorm,
        SelfAttention attention,
        Dropout attentionDropout,
        Optional<LayerScale> attentionScale,
        LayerNorm feedForwardNorm,
        PositionWise feedForward,
        Dropout feedForwardDropout,
        Optional<LayerScale> feedForwardScale)
        implements TransformerBlock {

    @Override
    public Variable forward(Tape tape, Variable x, int[] starts, Optional<Rows> wanted, SelfAttention.Options options) {
        Variable normalized = attentionNorm.forward(tape, x); // [tokens, hidden]
        Variable attended = attention.forward(tape, normalized, starts, wanted, options); // [rows wanted, hidden]
        Variable residual = wanted.map(rows -> rows.gather(tape, x)).orElse(x); // [rows wanted, hidden]
        Variable middle = join(tape, residual, attended, attentionDropout, attentionScale);
        Variable fed = feedForward.forward(tape, feedForwardNorm.forward(tape, middle));
        return join(tape, middle, fed, feedForwardDropout, feedForwardScale);
    }

    private static Variable join(
            Tape tape, Variable residual, Variable branch, Dropout dropout, Optional<LayerScale> scale) {
        return scale.isEmpty()
                ? dropout.joined(tape, residual, branch)
                : scale.get().joined(tape, residual, dropout.forward(tape, branch));
    }
}
