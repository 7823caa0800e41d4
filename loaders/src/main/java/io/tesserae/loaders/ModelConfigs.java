package io.tesserae.loaders;

import io.tesserae.model.BertConfig;
import io.tesserae.model.Dinov2Config;
import io.tesserae.model.DistilBertConfig;
import io.tesserae.model.EncoderConfig;
import io.tesserae.model.ImageGrid;
import io.tesserae.model.VitConfig;
import io.tesserae.tensor.Activation;
import java.util.List;
import java.util.Map;

/** From config.json to the engine's configuration records; refuses what would change the mathematics unseen. */
final class ModelConfigs {

    /** No model has more; a config that claims more is broken, and would ask for memory without end. */
    private static final int MOST_LAYERS = 1_000;

    private static final int WIDEST = 1 << 20;
    private static final int LARGEST_VOCABULARY = 1 << 24;
    private static final int MOST_POSITIONS = 1 << 20;
    private static final int LARGEST_IMAGE = 1 << 15;
    private static final int LARGEST_PATCH = 1 << 10;
    private static final int MOST_CHANNELS = 1 << 10;
    private static final int MOST_TOKEN_TYPES = 1 << 10;
    private static final int MOST_REGISTERS = 1 << 10;

    /** Keys that stand for another computation when they are true. */
    private static final List<String> UNSUPPORTED_SWITCHES = List.of("is_decoder", "add_cross_attention", "is_causal");

    /** Keys that change what other keys mean, or what they are in single layers, unless they hold nothing. */
    private static final List<String> UNSUPPORTED_REWRITES =
            List.of("pruned_heads", "per_layer_config", "attribute_map");

    /** The {@code attribute_map} of transformers' {@code DistilBertConfig}; those of the other families are empty. */
    private static final Map<String, String> DISTILBERT_OTHER_NAMES =
            Map.of("hidden_size", "dim", "num_attention_heads", "n_heads", "num_hidden_layers", "n_layers");

    private ModelConfigs() {}

    /** The configuration of a model that takes token ids, whatever its family. */
    static EncoderConfig encoder(PretrainedConfig config) {
        return switch (config.modelType()) {
            case "bert" -> bert(config);
            case "distilbert" -> distilBert(config);
            default -> throw Checkpoint.unsupportedTextFamily(config);
        };
    }

    /** BERT's keys, with the defaults of transformers' {@code BertConfig}. */
    static BertConfig bert(PretrainedConfig config) {
        requireKnownMathematics(config);
        String positions =
                config.isSet("position_embedding_type") ? config.requireString("position_embedding_type") : "absolute";
        if (!positions.equals("absolute")) {
            throw config.unexpected("position_embedding_type", "absolute: relative positions are not supported");
        }
        int hiddenSize = config.optionalInt("hidden_size", 768, 1, WIDEST);
        return new BertConfig(
                config.optionalInt("vocab_size", 30522, 1, LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 512, 1, MOST_POSITIONS),
                config.optionalInt("type_vocab_size", 2, 1, MOST_TOKEN_TYPES),
                hiddenSize,
                config.optionalInt("num_hidden_layers", 12, 0, MOST_LAYERS),
                requireDivisor(config, "num_attention_heads", 12, hiddenSize),
                config.optionalInt("intermediate_size", 3072, 1, WIDEST),
                activation(config, "hidden_act", "gelu"),
                (float) config.optionalDouble("layer_norm_eps", 1e-12, 0, 1));
    }

    /** DistilBERT's keys, with the defaults of transformers' {@code DistilBertConfig}. */
    static DistilBertConfig distilBert(PretrainedConfig file) {
        PretrainedConfig config = file.withOtherNames(DISTILBERT_OTHER_NAMES);
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

    /** ViT's and DeiT's keys, with the defaults of transformers' {@code ViTConfig} and {@code DeiTConfig}. */
    static VitConfig vit(PretrainedConfig config) {
        requireKnownVisionMathematics(config);
        int hiddenSize = config.optionalInt("hidden_size", 768, 1, WIDEST);
        // As transformers has it, null and 0 mean the default here.
        int poolerOutputSize =
                config.isSet("pooler_output_size") ? config.requireInt("pooler_output_size", 0, WIDEST) : 0;
        return new VitConfig(
                hiddenSize,
                config.optionalInt("num_hidden_layers", 12, 0, MOST_LAYERS),
                visionHeads(config, hiddenSize),
                config.optionalInt("intermediate_size", 3072, 1, WIDEST),
                activation(config, "hidden_act", "gelu"),
                (float) config.optionalDouble("layer_norm_eps", 1e-12, 0, 1),
                imageGrid(config, 16),
                config.optionalInt("num_channels", 3, 1, MOST_CHANNELS),
                config.optionalBoolean("qkv_bias", true),
                poolerOutputSize == 0 ? hiddenSize : poolerOutputSize,
                activation(config, "pooler_act", "tanh"));
    }

    /** DINOv2's keys, with the defaults of transformers' {@code Dinov2Config} and {@code Dinov2WithRegistersConfig}. */
    static Dinov2Config dinov2(PretrainedConfig config) {
        boolean withRegisters = config.modelType().equals("dinov2_with_registers");
        if (withRegisters) {
            requireKnownMathematics(config);
            requireUsualHiddenStates(config);
        } else {
            requireKnownVisionMathematics(config);
        }
        int hiddenSize = config.optionalInt("hidden_size", 768, 1, WIDEST);
        double mlpRatio = config.optionalDouble("mlp_ratio", 4, 0, WIDEST);
        if (hiddenSize * mlpRatio < 1 || hiddenSize * mlpRatio > WIDEST) {
            throw config.unexpected(
                    "mlp_ratio",
                    "a number that makes of the hidden_size " + hiddenSize + " a width from 1 to " + WIDEST);
        }
        ImageGrid grid = imageGrid(config, withRegisters ? 16 : 14);
        if (grid.gridHeight() != grid.gridWidth()) {
            throw config.unexpected(
                    "image_size",
                    "as many patches down as across, found " + grid.gridHeight() + " x " + grid.gridWidth()
                            + ": positions are interpolated from a square only");
        }
        return new Dinov2Config(
                hiddenSize,
                config.optionalInt("num_hidden_layers", 12, 0, MOST_LAYERS),
                visionHeads(config, hiddenSize),
                mlpRatio,
                activation(config, "hidden_act", "gelu"),
                (float) config.optionalDouble("layer_norm_eps", 1e-6, 0, 1),
                grid,
                config.optionalInt("num_channels", 3, 1, MOST_CHANNELS),
                config.optionalBoolean("qkv_bias", true),
                config.optionalBoolean("use_swiglu_ffn", false),
                withRegisters,
                withRegisters ? config.optionalInt("num_register_tokens", 4, 0, MOST_REGISTERS) : 0);
    }

    private static int visionHeads(PretrainedConfig config, int hiddenSize) {
        int heads = requireDivisor(config, "num_attention_heads", 12, hiddenSize);
        int headSize = hiddenSize / heads;
        if (config.optionalInt("head_dim", headSize, 1, WIDEST) != headSize) {
            throw config.unexpected(
                    "head_dim", headSize + ", which is hidden_size by num_attention_heads: others are not supported");
        }
        return heads;
    }

    /** {@code image_size} and {@code patch_size}: a number, or height and width. */
    private static ImageGrid imageGrid(PretrainedConfig config, int absentPatchSize) {
        int[] image = config.optionalPair("image_size", 224, 1, LARGEST_IMAGE);
        int[] patch = config.optionalPair("patch_size", absentPatchSize, 1, LARGEST_PATCH);
        if (patch[0] > image[0] || patch[1] > image[1]) {
            throw config.unexpected("patch_size", "at most image_size, " + image[0] + " x " + image[1]);
        }
        if ((long) (image[0] / patch[0]) * (image[1] / patch[1]) > ImageGrid.PATCH_LIMIT) {
            throw config.unexpected("image_size", "at most " + ImageGrid.PATCH_LIMIT + " patches in a picture");
        }
        return new ImageGrid(image[0], image[1], patch[0], patch[1]);
    }

    private static void requireKnownVisionMathematics(PretrainedConfig config) {
        requireKnownMathematics(config);
        requireUsualHiddenStates(config);
        if (config.isSet("num_register_tokens")
                && config.requireInt("num_register_tokens", 0, Integer.MAX_VALUE) != 0) {
            throw config.unexpected("num_register_tokens", "0: register tokens are not supported in this family");
        }
    }

    /** A vision model's last hidden state is the one before the final layer norm, unless this key is true. */
    private static void requireUsualHiddenStates(PretrainedConfig config) {
        if (config.isSet("tie_last_hidden_states") && config.requireBoolean("tie_last_hidden_states")) {
            throw config.unexpected("tie_last_hidden_states", "false, the only value that this engine computes");
        }
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
        for (String key : UNSUPPORTED_REWRITES) {
            if (config.isSet(key) && !config.isEmptyObject(key)) {
                throw config.unexpected(key, "an object without members, or no such key: others are not supported");
            }
        }
        requireThisFolder(config);
    }

    /** Transformers lets config.json name other files, weights among them, that are read in place of the usual ones. */
    private static void requireThisFolder(PretrainedConfig config) {
        if (config.isSet("transformers_weights")
                && !config.requireString("transformers_weights").equals("model.safetensors")) {
            throw config.unexpected("transformers_weights", "model.safetensors: weights elsewhere are not read");
        }
        if (config.isSet("configuration_files") && !config.isArrayOf("configuration_files", PretrainedConfig.FILE)) {
            throw config.unexpected(
                    "configuration_files",
                    "no file but " + PretrainedConfig.FILE + ": those of single versions are not read");
        }
    }
}
