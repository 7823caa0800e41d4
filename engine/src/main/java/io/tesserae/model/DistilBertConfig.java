package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one DistilBERT different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings positions that have one
 * @param dim width of the residual stream
 * @param nLayers transformer blocks
 * @param nHeads attention heads of a block; divides {@code dim}
 * @param hiddenDim width between the two layers of a feed-forward block
 * @param activation of the feed-forward blocks
 */
public record DistilBertConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int dim,
        int nLayers,
        int nHeads,
        int hiddenDim,
        Activation activation)
        implements EncoderConfig {

    /** Checks what no checkpoint can break. */
    public DistilBertConfig {
        Arguments.require(activation, "activation");
        if (vocabSize < 1 || maxPositionEmbeddings < 1 || dim < 1 || nLayers < 0 || nHeads < 1 || hiddenDim < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", dim " + dim + ", n_layers " + nLayers
                    + ", n_heads " + nHeads + ", hidden_dim " + hiddenDim);
        }
        if (dim % nHeads != 0) {
            throw new IllegalArgumentException("n_heads " + nHeads + " does not divide dim " + dim);
        }
    }

    @Override
    public int hiddenSize() {
        return dim;
    }

    @Override
    public int layers() {
        return nLayers;
    }

    @Override
    public int attentionHeads() {
        return nHeads;
    }
}
