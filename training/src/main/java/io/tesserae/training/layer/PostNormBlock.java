package io.tesserae.training.layer;

import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/**
 * A transformer block that normalises after it has added: Vaswani et al., arXiv 1706.03762, section 3.1.
 *
 * <pre>
 * x = attentionNorm(x + dropout(attention(x)))
 * x = feedForwardNorm(x + dropout(feedForward(x)))
 * </pre>
 */
public record PostNormBlock(
        Attention attention,
        Dropout attentionDropout,
        LayerNorm attentionNorm,
        PositionWise feedForward,
        Dropout feedForwardDropout,
        LayerNorm feedForwardNorm)
        implements TransformerBlock {

    @Override
    public Variable forward(Tape tape, Variable x, int[] starts, Optional<Rows> wanted, SelfAttention.Options options) {
        Variable attended = attention.forward(tape, x, starts, wanted, options); // [rows wanted, hidden]
        Variable residual = wanted.map(rows -> rows.gather(tape, x)).orElse(x); // [rows wanted, hidden]
        Variable middle = attentionNorm.forward(tape, attentionDropout.joined(tape, residual, attended));
        Variable fed = feedForward.forward(tape, middle);
        return feedForwardNorm.forward(tape, feedForwardDropout.joined(tape, middle, fed));
    }
}
