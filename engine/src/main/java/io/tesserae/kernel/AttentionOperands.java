package io.tesserae.kernel;

/**
 * The operands of scaled dot-product attention, {@code softmax(Q Kᵀ · scale) V}, for all heads; head h owns columns
 * {@code h · headSize} and following of every matrix, side by side within one block of it. Queries and keys may come from
 * different batches.
 *
 * @param queries {@code [query tokens, heads · headSize]}
 * @param keys {@code [key tokens, heads · headSize]}
 * @param values {@code [key tokens, heads · headSize]}
 * @param headSize channels of a head
 * @param scale multiplies the scores, after the product
 * @param context receives {@code [query tokens, heads · headSize]}
 */
public record AttentionOperands(
        MatrixView queries, MatrixView keys, MatrixView values, int headSize, float scale, MatrixView context) {}
