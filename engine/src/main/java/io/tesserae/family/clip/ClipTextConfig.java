package io.tesserae.family.clip;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.TowerShape;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one text tower different from another, by the names of {@code text_config}; transformers' {@code CLIPTextConfig}.
 *
 * @param shape of its blocks
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings positions that have one
 * @param projectionDim width of its vectors where it stands alone
 * @param endOfText the token whose row stands for a text, {@code eos_token_id}
 */
public record ClipTextConfig(
        TowerShape shape, int vocabSize, int maxPositionEmbeddings, int projectionDim, int endOfText)
        implements EncoderConfig {

    /** What holds for a model without a {@code text_config}, and for keys that one lacks. */
    static final ClipTextConfig USUAL =
            new ClipTextConfig(new TowerShape(512, 12, 8, 2048, Activation.QUICK_GELU, 1e-5f), 49_408, 77, 512, 49_407);

    /** An id that old files have in the place of the right one. It means: the largest id of a text. */
    static final int OLD_END_OF_TEXT = 2;

    /** Checks what no checkpoint can break. */
    public ClipTextConfig {
        Arguments.require(shape, "shape");
        if (vocabSize < 1 || maxPositionEmbeddings < 1 || projectionDim < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", projection_dim " + projectionDim);
        }
    }

    /** Reads the keys of a {@code text_config}, or of a checkpoint of the tower alone. */
    public static ClipTextConfig read(ConfigSource config) {
        return new ClipTextConfig(
                TowerShape.readCausal(config, USUAL.shape, "quick_gelu"),
                config.optionalInt("vocab_size", USUAL.vocabSize, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt(
                        "max_position_embeddings", USUAL.maxPositionEmbeddings, 1, ConfigChecks.MOST_POSITIONS),
                ConfigChecks.width(config, "projection_dim", USUAL.projectionDim),
                config.optionalInt("eos_token_id", USUAL.endOfText, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    @Override
    public int hiddenSize() {
        return shape.hiddenSize();
    }

    @Override
    public int layers() {
        return shape.layers();
    }

    @Override
    public int attentionHeads() {
        return shape.heads();
    }
}
