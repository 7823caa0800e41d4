package io.tesserae.family.jat;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.model.EncoderConfig;
import io.tesserae.model.episode.GeneralistShape;
import io.tesserae.tensor.Activation;
import java.util.Collections;
import java.util.List;

/**
 * The numbers that make one JAT different from another, by the names of {@code config.json}.
 *
 * @param vocabSize tokens that have an embedding
 * @param maxPositionEmbeddings positions that have one: two for each step of an episode
 * @param hiddenSize width of the residual stream
 * @param attentionLayers of each layer, {@code global} or {@code local}: {@code attention_types}, written out
 * @param numHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param windowSize tokens that a token of a local layer sees, itself among them
 * @param activationFunction of the feed-forward blocks
 * @param layerNormEpsilon added to the variance in every layer norm
 * @param maxContinuousSize numbers of a continuous observation with its reward, or of a continuous action, at most
 * @param maxDiscreteValue numbers of a discrete observation, in spite of its name
 * @param imageSize height and width of photos
 * @param patchSize height and width of their patches
 * @param numChannels colours of photos
 * @param observationLossCoef what the loss of observations is multiplied by; where it is 0, none are predicted
 * @param actionLossCoef what the loss of actions is multiplied by
 */
public record JatConfig(
        int vocabSize,
        int maxPositionEmbeddings,
        int hiddenSize,
        List<String> attentionLayers,
        int numHeads,
        int intermediateSize,
        int windowSize,
        Activation activationFunction,
        float layerNormEpsilon,
        int maxContinuousSize,
        int maxDiscreteValue,
        int imageSize,
        int patchSize,
        int numChannels,
        float observationLossCoef,
        float actionLossCoef)
        implements EncoderConfig {

    /** A layer whose tokens see all before them. */
    public static final String GLOBAL = "global";

    /** A layer whose tokens see the last {@code windowSize}. */
    public static final String LOCAL = "local";

    /** {@code JatModel}'s constant: a discrete observation's numbers become {@code hidden_size / 50} features each. */
    private static final int HIDDEN_FOR_A_FEATURE = 50;

    private static final String CLASS_NAME = "JatModel";

    /** Checks what no checkpoint can break. */
    public JatConfig {
        attentionLayers = List.copyOf(Arguments.requireAll(attentionLayers, "attentionLayers"));
        Arguments.require(activationFunction, "activationFunction");
        if (vocabSize < 1 || maxPositionEmbeddings < 1 || hiddenSize < HIDDEN_FOR_A_FEATURE || numHeads < 1) {
            throw new IllegalArgumentException("sizes: expected vocab_size, max_position_embeddings, num_heads of 1 or"
                    + " more, and hidden_size of " + HIDDEN_FOR_A_FEATURE + " or more, found " + vocabSize + ", "
                    + maxPositionEmbeddings + ", " + numHeads + ", " + hiddenSize);
        }
        if (hiddenSize % numHeads != 0) {
            throw new IllegalArgumentException("num_heads " + numHeads + " does not divide hidden_size " + hiddenSize);
        }
    }

    /**
     * Reads JAT's keys, with the defaults of its {@code JatConfig}.
     *
     * @throws RuntimeException that the source makes, if a value is none that runs, or the checkpoint is of another class than {@code
     *     JatModel}: those of others have the same {@code model_type}
     */
    public static JatConfig read(ConfigSource config) {
        if (!config.architectures().isEmpty() && !config.architectures().contains(CLASS_NAME)) {
            throw config.unexpected(
                    "architectures",
                    CLASS_NAME + ": " + String.join(", ", config.architectures())
                            + " is called jat too, and computes something else");
        }
        ConfigChecks.requireKnownMathematicsOfDecoder(config);
        int hiddenSize = config.optionalInt("hidden_size", 2048, HIDDEN_FOR_A_FEATURE, ConfigChecks.WIDEST);
        int patchSize = config.optionalInt("patch_size", 16, 1, ConfigChecks.WIDEST);
        return new JatConfig(
                config.optionalInt("vocab_size", 50257, 1, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalInt("max_position_embeddings", 2048, 4, ConfigChecks.MOST_POSITIONS),
                hiddenSize,
                attentionLayers(config),
                ConfigChecks.heads(config, "num_heads", 16, hiddenSize),
                config.isSet("intermediate_size") ? ConfigChecks.width(config, "intermediate_size", 0) : 4 * hiddenSize,
                config.optionalInt("window_size", 256, 1, Integer.MAX_VALUE),
                ConfigChecks.activation(config, "activation_function", "gelu_new"),
                ConfigChecks.epsilon(config, "layer_norm_epsilon", 1e-5),
                ConfigChecks.width(config, "max_continuous_size", 377),
                ConfigChecks.width(config, "max_discrete_value", 18),
                config.optionalInt("image_size", 224, patchSize, ConfigChecks.WIDEST),
                patchSize,
                config.optionalInt("num_channels", 3, 1, ConfigChecks.WIDEST),
                (float) config.optionalDouble("observation_loss_coef", 0.005, 0, Float.MAX_VALUE),
                (float) config.optionalDouble("action_loss_coef", 0.995, 0, Float.MAX_VALUE));
    }

    private static List<String> attentionLayers(ConfigSource config) {
        List<String> layers = config.optionalRepeatedNames(
                "attention_types",
                Collections.nCopies(12, List.of(GLOBAL, LOCAL)).stream()
                        .flatMap(List::stream)
                        .toList(),
                ConfigChecks.MOST_LAYERS);
        for (String layer : layers) {
            if (!layer.equals(GLOBAL) && !layer.equals(LOCAL)) {
                throw config.unexpected("attention_types", "no layers but " + GLOBAL + " and " + LOCAL);
            }
        }
        int numLayers = ConfigChecks.layers(config, "num_layers", 24);
        if (numLayers != layers.size()) {
            throw config.unexpected("num_layers", layers.size() + ", as many as attention_types has");
        }
        return layers;
    }

    /** Features of each number of a discrete observation. */
    public int discreteFeatures() {
        return hiddenSize / HIDDEN_FOR_A_FEATURE;
    }

    /** What it takes and gives. */
    public GeneralistShape shape(boolean takesFrames) {
        return new GeneralistShape(maxContinuousSize, maxDiscreteValue, imageSize, patchSize, numChannels, takesFrames);
    }

    @Override
    public int layers() {
        return attentionLayers.size();
    }

    @Override
    public int attentionHeads() {
        return numHeads;
    }
}
