package io.tesserae.kernel;

/**
 * The matrices of scaled dot-product attention, {@code softmax(Q Kᵀ · scale + bias) V}, for all heads. Each head's columns lie
 * side by side, within one block of the matrix. Queries and keys may come from different batches.
 *
 * @param queries {@code [query tokens, heads · headSize]}
 * @param keys {@code [key tokens, keyHeads · headSize]}
 * @param values {@code [key tokens, keyHeads · valueSize]}
 * @param context receives {@code [query tokens, heads · valueSize]}
 * @param shape of the heads
 */
public record AttentionOperands(
        MatrixView queries, MatrixView keys, MatrixView values, MatrixView context, AttentionShape shape) {}
