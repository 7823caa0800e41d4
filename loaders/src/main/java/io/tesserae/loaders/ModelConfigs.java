package io.tesserae.loaders;

import io.tesserae.kernel.Activation;
import io.tesserae.model.DistilBertConfig;
import java.util.List;

/** From config.json to the engine's configuration records; refuses what would change the mathematics unseen. */
final class ModelConfigs {

    /** No model has more; a config that claims more is broken, and would ask for memory without end. */
    private static final int MOST_LAYERS = 1_000;

    private static final int WIDEST = 1 << 20;
    private static final int LARGEST_VOCABULARY = 1 << 24;
    private static final int MOST_POSITIONS = 1 << 20;

    /** Keys that stand for another computation when they are true. */
    private static final List<String> UNSUPPORTED_SWITCHES = List.of("is_decoder", "add_cross_attention");

    private ModelConfigs() {}

    /** DistilBERT's keys, with the defaults of transformers' {@code DistilBertConfig}. */
    static DistilBertConfig distilBert(PretrainedConfig config) {
        requireKnownMathematics(config);
        int dim = config.optionalInt("dim", 768, 1, WIDEST);
        return new DistilBertConfig(
                config.optionalInt("vocab_size", 30522, 1, LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 512, 1, MOST_POSITIONS),
                dim,
                config.optionalInt("n_layers", 6, 0, MOST_LAYERS),
                requireDivisor(config, "n_heads", 12, dim),
                config.optionalInt("hidden_dim", 3072, 1, WIDEST),
                activation(config, "activation", "gelu"));
    }

    private static int requireDivisor(PretrainedConfig config, String key, int absent, int width) {
        int heads = config.optionalInt(key, absent, 1, WIDEST);
        if (width % heads != 0) {
            throw config.unexpected(key, "a divisor of the width " + width);
        }
        return heads;
    }

    private static Activation activation(PretrainedConfig config, String key, String absent) {
        try {
            return Activation.named(config.optionalString(key, absent));
        } catch (IllegalArgumentException e) {
            throw new ModelLoadingException(config + ": " + key + ": " + e.getMessage(), e);
        }
    }

    private static void requireKnownMathematics(PretrainedConfig config) {
        for (String key : UNSUPPORTED_SWITCHES) {
            if (config.isSet(key) && config.requireBoolean(key)) {
                throw config.unexpected(key, "false, the only value that this engine computes");
            }
        }
        if (config.isSet("quantization_config")) {
            throw config.unexpected("quantization_config", "no such key: quantized weights are not supported");
        }
        if (config.isSet("pruned_heads") && !config.isEmptyObject("pruned_heads")) {
            throw config.unexpected("pruned_heads", "no pruned heads: pruned checkpoints are not supported");
        }
    }
}
