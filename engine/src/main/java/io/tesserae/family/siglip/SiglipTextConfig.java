package io.tesserae.family.siglip;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.TowerShape;
import io.tesserae.model.EncoderConfig;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one text tower different from another, by the names of {@code text_config}; transformers' {@code
 * SiglipTextConfig}.
 *
 * @param shape of its blocks
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings positions that have one
 * @param projectionSize width of a text's vector
 */
public record SiglipTextConfig(TowerShape shape, int vocabSize, int maxPositionEmbeddings, int projectionSize)
        implements EncoderConfig {

    /** What holds for a model without a {@code text_config}, and for keys that one lacks. */
    static final SiglipTextConfig USUAL =
            new SiglipTextConfig(new TowerShape(768, 12, 12, 3072, Activation.GELU_TANH, 1e-6f), 32_000, 64, 768);

    /** Checks what no checkpoint can break. */
    public SiglipTextConfig {
        Arguments.require(shape, "shape");
        if (vocabSize < 1 || maxPositionEmbeddings < 1 || projectionSize < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize
                    + ", max_position_embeddings " + maxPositionEmbeddings + ", projection_size " + projectionSize);
        }
    }

    /** Reads the keys of a {@code text_config}, or of a checkpoint of the tower alone. */
    public static SiglipTextConfig read(ConfigSource config) {
        TowerShape shape = TowerShape.read(config, USUAL.shape, "gelu_pytorch_tanh");
        return new SiglipTextConfig(
                shape,
                config.optionalInt("vocab_size", USUAL.vocabSize, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt(
                        "max_position_embeddings", USUAL.maxPositionEmbeddings, 1, ConfigChecks.MOST_POSITIONS),
                // As transformers has it, null means the width here.
                config.isSet("projection_size")
                        ? config.requireInt("projection_size", 1, ConfigChecks.WIDEST)
                        : shape.hiddenSize());
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
