package io.tesserae.family.common;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.block.PreNormBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import java.util.ArrayList;
import java.util.List;

/**
 * One of two encoders that stand side by side, of pictures or of texts: Radford et al., arXiv 2103.00020, section 2.4. CLIP's are of the
 * same blocks, and so are those of SigLIP.
 *
 * @param hiddenSize width of the residual stream
 * @param layers transformer blocks
 * @param heads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param activation of the feed-forward blocks
 * @param epsilon of every layer norm
 */
public record TowerShape(
        int hiddenSize, int layers, int heads, int intermediateSize, Activation activation, float epsilon) {

    /** Checks what no checkpoint can break. */
    public TowerShape {
        Arguments.require(activation, "activation");
        if (hiddenSize < 1 || layers < 0 || heads < 1 || intermediateSize < 1) {
            throw new IllegalArgumentException("sizes must be positive: hidden_size " + hiddenSize
                    + ", num_hidden_layers " + layers + ", num_attention_heads " + heads + ", intermediate_size "
                    + intermediateSize);
        }
        if (hiddenSize % heads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + heads + " does not divide hidden_size " + hiddenSize);
        }
    }

    /**
     * Reads the keys that all towers have.
     *
     * @param absent what holds for keys that the configuration lacks
     * @param absentActivation its name
     */
    public static TowerShape read(ConfigSource config, TowerShape absent, String absentActivation) {
        ConfigChecks.requireKnownMathematics(config);
        return sizes(config, absent, absentActivation);
    }

    /**
     * Reads the keys that all towers have, of one whose tokens do not see later ones.
     *
     * @param absent what holds for keys that the configuration lacks
     * @param absentActivation its name
     */
    public static TowerShape readCausal(ConfigSource config, TowerShape absent, String absentActivation) {
        ConfigChecks.requireKnownMathematicsOfDecoder(config);
        return sizes(config, absent, absentActivation);
    }

    private static TowerShape sizes(ConfigSource config, TowerShape absent, String absentActivation) {
        ImageConfigChecks.requireUsualHiddenStates(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", absent.hiddenSize);
        return new TowerShape(
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", absent.layers),
                ConfigChecks.heads(config, "num_attention_heads", absent.heads, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", absent.intermediateSize),
                ConfigChecks.activation(config, "hidden_act", absentActivation),
                ConfigChecks.epsilon(config, "layer_norm_eps", absent.epsilon));
    }

    /** The heads of a block. */
    public AttentionShape attention() {
        return AttentionShape.of(heads, hiddenSize / heads);
    }

    /**
     * Loads the blocks.
     *
     * @param weights below {@code encoder}
     */
    public TransformerStack blocks(Engine engine, StateDict weights) {
        List<PreNormBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            blocks.add(block(engine, weights.at("layers", layer)));
        }
        return new TransformerStack(blocks);
    }

    private PreNormBlock block(Engine engine, StateDict weights) {
        StateDict attention = weights.at("self_attn");
        return new PreNormBlock(
                norm(weights.at("layer_norm1")),
                Attention.load(
                        engine,
                        attention(),
                        hiddenSize,
                        AttentionWeights.biased(
                                attention.at("q_proj"),
                                attention.at("k_proj"),
                                attention.at("v_proj"),
                                attention.at("out_proj"))),
                norm(weights.at("layer_norm2")),
                feedForward(engine, weights.at("mlp")));
    }

    /** Loads a layer norm over the residual stream. */
    public LayerNorm norm(StateDict weights) {
        return LayerNorm.load(weights, hiddenSize, epsilon);
    }

    /** Loads a feed-forward block: {@code fc1} and {@code fc2}. */
    public FeedForward feedForward(Engine engine, StateDict weights) {
        return FeedForward.load(engine, weights.at("fc1"), weights.at("fc2"), hiddenSize, intermediateSize, activation);
    }
}
