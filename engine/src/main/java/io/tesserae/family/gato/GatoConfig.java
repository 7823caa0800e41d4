package io.tesserae.family.gato;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.GptNeoShape;
import io.tesserae.kernel.Sight;
import io.tesserae.model.EncoderConfig;
import java.util.Collections;

/**
 * The numbers that make one GATO different from another, by the names of {@code config.json}.
 *
 * @param vocabSize ids that have an embedding: those of words, of bins, and of the separator at least
 * @param transformer over the embeddings; its positions are {@code seq_len}
 * @param patchSize height and width of a patch, in pixels
 * @param imageVocabSize into how many steps the height and the width of a picture are cut, to say where a patch lies
 * @param numResChannels channels of the block that reads patches
 * @param numGroups of them that are normalised together; divides {@code numResChannels}
 * @param maxLocalPosition places that an element may have within an observation
 */
public record GatoConfig(
        int vocabSize,
        GptNeoShape transformer,
        int patchSize,
        int imageVocabSize,
        int numResChannels,
        int numGroups,
        int maxLocalPosition)
        implements EncoderConfig {

    /** Pictures have colours and, perhaps, something else; what is absent is zero. */
    static final int CHANNELS = 4;

    private static final int LARGEST_PATCH = 1 << 10;
    private static final int MOST_BINS = 1 << 20;

    /** Checks what no checkpoint can break. */
    public GatoConfig {
        Arguments.require(transformer, "transformer");
        if (vocabSize < 1 || patchSize < 1 || imageVocabSize < 1 || maxLocalPosition < 1) {
            throw new IllegalArgumentException("sizes must be positive: vocab_size " + vocabSize + ", patch_size "
                    + patchSize + ", image_vocab_size " + imageVocabSize + ", max_local_position " + maxLocalPosition);
        }
        if (numResChannels < 1 || numGroups < 1 || numResChannels % numGroups != 0) {
            throw new IllegalArgumentException(
                    "num_groups " + numGroups + " does not divide num_res_channels " + numResChannels);
        }
    }

    /** Reads GATO's keys. Where a size is absent it is the paper's, but for those that every model has of its own. */
    static GatoConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematicsOfDecoder(config);
        requireAllGlobal(config);
        int words = config.optionalInt("text_vocab_size", 30_000, 1, ConfigChecks.LARGEST_VOCABULARY);
        int bins = config.optionalInt("nb_bins", 1024, 1, MOST_BINS);
        int channels = ConfigChecks.width(config, "num_res_channels", 64);
        return new GatoConfig(
                // the last id of the layout is the separator's
                config.optionalInt("vocab_size", words + bins + 1, words + bins + 1, ConfigChecks.LARGEST_VOCABULARY),
                transformer(config),
                config.optionalInt("patch_size", 16, 1, LARGEST_PATCH),
                config.optionalInt("image_vocab_size", 128, 1, ConfigChecks.MOST_POSITIONS),
                channels,
                ConfigChecks.heads(config, "num_groups", 32, channels),
                config.optionalInt("max_local_position", 512, 1, ConfigChecks.MOST_POSITIONS));
    }

    private static GptNeoShape transformer(ConfigSource config) {
        int hidden = config.requireInt("hidden_size", 1, ConfigChecks.WIDEST);
        int layers = config.requireInt("num_layers", 0, ConfigChecks.MOST_LAYERS);
        config.requireInt("num_heads", 1, ConfigChecks.WIDEST);
        return new GptNeoShape(
                config.optionalInt("seq_len", 1024, 1, ConfigChecks.MOST_POSITIONS),
                hidden,
                ConfigChecks.heads(config, "num_heads", 0, hidden),
                config.isSet("intermediate_size") ? ConfigChecks.width(config, "intermediate_size", 0) : 4 * hidden,
                ConfigChecks.activation(config, "activation_function", "gelu_new"),
                ConfigChecks.epsilon(config, "layer_norm_epsilon", 1e-5),
                Collections.nCopies(layers, Sight.CAUSAL));
    }

    /** GPT-Neo's windows are for models that have other inputs; what would have them here is another model. */
    private static void requireAllGlobal(ConfigSource config) {
        for (String key : new String[] {"attention_types", "window_size"}) {
            if (config.isSet(key)) {
                throw config.unexpected(key, "no such key: every layer of this family sees all that comes before");
            }
        }
    }

    @Override
    public int maxPositionEmbeddings() {
        return transformer.positions();
    }

    @Override
    public int hiddenSize() {
        return transformer.width();
    }

    @Override
    public int layers() {
        return transformer.layers();
    }

    @Override
    public int attentionHeads() {
        return transformer.heads();
    }
}
