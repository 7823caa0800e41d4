package io.tesserae.family.llama;

import io.tesserae.engine.Engine;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.AttentionWeights.Projection;
import io.tesserae.layer.FusedLinear;
import io.tesserae.layer.GatedFeedForward;
import io.tesserae.layer.Linear;
import io.tesserae.layer.RmsNorm;
import io.tesserae.layer.decoder.PreNormDecoderBlock;
import io.tesserae.tensor.StateDict;
import java.util.Optional;

/**
 * A block of LLaMA: transformers' {@code LlamaDecoderLayer}.
 *
 * <pre>
 * x = x + self_attn(input_layernorm(x))
 * x = x + mlp(post_attention_layernorm(x))
 * </pre>
 */
public final class LlamaBlock {

    private LlamaBlock() {}

    /** Loads a block by the names of its tensors. */
    public static PreNormDecoderBlock load(Engine engine, LlamaConfig config, StateDict weights) {
        return new PreNormDecoderBlock(
                norm(config, weights.at("input_layernorm")),
                attention(engine, config, weights.at("self_attn")),
                Optional.empty(),
                Optional.empty(),
                norm(config, weights.at("post_attention_layernorm")),
                mlp(engine, config, weights.at("mlp")));
    }

    /** A norm of the residual stream. */
    public static RmsNorm norm(LlamaConfig config, StateDict weights) {
        return RmsNorm.load(weights, config.hiddenSize(), config.rmsNormEps());
    }

    private static Attention attention(Engine engine, LlamaConfig config, StateDict weights) {
        boolean biased = config.attentionBias();
        return Attention.load(
                engine,
                config.attention(),
                config.hiddenSize(),
                AttentionWeights.of(
                        new Projection(weights.at("q_proj"), biased),
                        new Projection(weights.at("k_proj"), biased),
                        new Projection(weights.at("v_proj"), biased),
                        new Projection(weights.at("o_proj"), biased)));
    }

    /** {@code down_proj(act(gate_proj(x)) · up_proj(x))}: Shazeer, arXiv 2002.05202. */
    public static GatedFeedForward mlp(Engine engine, LlamaConfig config, StateDict weights) {
        int hidden = config.hiddenSize();
        int intermediate = config.intermediateSize();
        boolean biased = config.mlpBias();
        return GatedFeedForward.of(
                FusedLinear.load(engine, intermediate, hidden, biased, weights.at("gate_proj"), weights.at("up_proj")),
                Linear.load(engine, weights.at("down_proj"), hidden, intermediate, biased),
                config.hiddenAct());
    }
}
