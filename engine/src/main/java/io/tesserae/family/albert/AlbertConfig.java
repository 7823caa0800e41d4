package io.tesserae.family.albert;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one ALBERT different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings positions that have one
 * @param typeVocabSize token types that have one; 2 for first and second text
 * @param embeddingSize width of the embeddings
 * @param hiddenSize width of the residual stream, to which the embeddings are projected
 * @param numHiddenLayers how often a group of blocks is passed
 * @param numHiddenGroups groups that have weights of their own; the layers are shared out among them, in order
 * @param innerGroupNum blocks of a group
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps added to the variance in every layer norm
 */
record AlbertConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int typeVocabSize,
        int embeddingSize,
        int hiddenSize,
        int numHiddenLayers,
        int numHiddenGroups,
        int innerGroupNum,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps)
        implements EncoderConfig {

    /** Checks what no checkpoint can break. */
    AlbertConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        if (vocabSize < 1
                || maxPositionEmbeddings < 1
                || typeVocabSize < 1
                || embeddingSize < 1
                || hiddenSize < 1
                || numHiddenLayers < 0
                || numHiddenGroups < 1
                || innerGroupNum < 1
                || numAttentionHeads < 1
                || intermediateSize < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", type_vocab_size " + typeVocabSize
                    + ", embedding_size " + embeddingSize + ", hidden_size " + hiddenSize + ", num_hidden_layers "
                    + numHiddenLayers + ", num_hidden_groups " + numHiddenGroups + ", inner_group_num " + innerGroupNum
                    + ", num_attention_heads " + numAttentionHeads + ", intermediate_size " + intermediateSize);
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
    }

    /** Reads ALBERT's keys, with the defaults of transformers' {@code AlbertConfig}. */
    static AlbertConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        ConfigChecks.requireAbsolutePositions(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 4096);
        return new AlbertConfig(
                config.optionalInt("vocab_size", 30000, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 512, 1, ConfigChecks.MOST_POSITIONS),
                config.optionalInt("type_vocab_size", 2, 1, ConfigChecks.MOST_TOKEN_TYPES),
                ConfigChecks.width(config, "embedding_size", 128),
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", 12),
                config.optionalInt("num_hidden_groups", 1, 1, ConfigChecks.MOST_LAYERS),
                config.optionalInt("inner_group_num", 1, 1, ConfigChecks.MOST_LAYERS),
                ConfigChecks.heads(config, "num_attention_heads", 64, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", 16384),
                ConfigChecks.activation(config, "hidden_act", "gelu_new"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-12));
    }

    /** Which group a layer passes, as transformers rounds it. */
    int groupOf(int layer) {
        return (int) (layer / (numHiddenLayers / (double) numHiddenGroups));
    }

    @Override
    public int layers() {
        return numHiddenLayers * innerGroupNum;
    }

    @Override
    public int attentionHeads() {
        return numAttentionHeads;
    }
}
