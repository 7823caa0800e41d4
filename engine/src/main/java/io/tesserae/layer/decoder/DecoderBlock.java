package io.tesserae.layer.decoder;

import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * One layer of a decoder: self-attention, in most models attention to a memory, and a feed-forward block, each of which joins the
 * residual stream.
 */
public sealed interface DecoderBlock permits PostNormDecoderBlock, PreNormDecoderBlock {

    /** Attention among the tokens of a sequence. */
    Attention selfAttention();

    /** Attention to the memory; empty in a decoder that has none. */
    Optional<CrossAttention> crossAttention();

    /**
     * Computes the block's output, for the rows that are wanted.
     *
     * @param frame receives the result
     * @param x {@code [tokens, hidden]}, the residual stream; replaced if all rows are wanted, else left as it is
     * @param pass what the block sees beside it
     * @param layer the block's index
     * @param wanted which rows to compute; attention sees them all
     * @return {@code [rows wanted, hidden]}: {@code x} if all are wanted, else in the frame's memory
     */
    Tensor forward(Frame frame, Tensor x, DecoderPass pass, int layer, Rows wanted);
}
