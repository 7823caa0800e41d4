package io.tesserae.model;

/** The numbers that every encoder of texts has, whatever its family calls them in {@code config.json}. */
public interface EncoderConfig {

    /** Tokens that have an embedding. */
    int vocabSize();

    /** Positions that have one. */
    int maxPositionEmbeddings();

    /** Width of the residual stream. */
    int hiddenSize();

    /** Transformer blocks. */
    int layers();

    /** Attention heads of a block. */
    int attentionHeads();
}
