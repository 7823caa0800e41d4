package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;

/** The numbers that every encoder of texts has, whatever its family calls them in {@code config.json}. */
public sealed interface EncoderConfig permits BertConfig, DistilBertConfig {

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

    /** A checkpoint's weights by the names of this family. */
    default StateDict stateDict(TensorSource source) {
        return StateDict.ofOpen(
                source,
                switch (this) {
                    case BertConfig _ -> "bert.";
                    case DistilBertConfig _ -> "distilbert.";
                });
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; buffers of positions always may. */
    default boolean belongsToSomeHead(String name) {
        Arguments.require(name, "name");
        return switch (this) {
            case BertConfig _ -> Bert.belongsToSomeHead(name);
            case DistilBertConfig _ -> DistilBert.belongsToSomeHead(name);
        };
    }
}
