package io.tesserae.family.idefics;

import io.tesserae.engine.Engine;
import io.tesserae.family.llama.LlamaBlock;
import io.tesserae.family.llama.LlamaConfig;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.AttentionWeights.Projection;
import io.tesserae.layer.HeadNorms;
import io.tesserae.layer.RmsNorm;
import io.tesserae.layer.decoder.CrossAttention;
import io.tesserae.layer.decoder.GatedCrossAttentionBlock;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/** A gated block by the names of its tensors: transformers' {@code IdeficsGatedCrossAttentionLayer}. */
final class GatedBlock {

    private GatedBlock() {}

    static GatedCrossAttentionBlock load(Engine engine, IdeficsConfig config, StateDict weights) {
        LlamaConfig text = config.text();
        return new GatedCrossAttentionBlock(
                LlamaBlock.norm(text, weights.at("input_layernorm")),
                CrossAttention.load(
                        engine,
                        text.attention(),
                        text.hiddenSize(),
                        config.vision().embedDim(),
                        projections(config, weights.at("cross_attn"))),
                gate(config, weights, "alpha_cross_attn"),
                LlamaBlock.norm(text, weights.at("post_attention_layernorm")),
                LlamaBlock.mlp(engine, text, weights.at("mlp")),
                gate(config, weights, "alpha_dense"));
    }

    private static AttentionWeights projections(IdeficsConfig config, StateDict weights) {
        HeadNorms norms = config.qkLayerNorms()
                ? HeadNorms.of(
                        headNorm(config, weights.at("q_layer_norm")), headNorm(config, weights.at("k_layer_norm")))
                : HeadNorms.NONE;
        return AttentionWeights.of(
                        new Projection(weights.at("q_proj"), false),
                        new Projection(weights.at("k_proj"), false),
                        new Projection(weights.at("v_proj"), false),
                        new Projection(weights.at("o_proj"), false))
                .withNorms(norms);
    }

    private static RmsNorm headNorm(IdeficsConfig config, StateDict weights) {
        return RmsNorm.load(weights, config.text().headDim(), config.text().rmsNormEps());
    }

    /** {@code tanh(alpha)} for each channel, {@code [hidden]}; of an alpha that is one number it is the same for all. */
    private static float[] gate(IdeficsConfig config, StateDict weights, String name) {
        int hidden = config.text().hiddenSize();
        Tensor alpha = config.vectorGates() ? weights.read(name, 1, 1, hidden) : weights.read(name, 1);
        float[] gate = new float[hidden];
        if (config.vectorGates()) {
            for (int channel = 0; channel < hidden; channel++) {
                gate[channel] = (float) StrictMath.tanh(alpha.data()[channel]);
            }
        } else {
            Arrays.fill(gate, (float) StrictMath.tanh(alpha.data()[0]));
        }
        return gate;
    }
}
