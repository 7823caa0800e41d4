package io.tesserae.family.common;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.layer.decoder.PreNormDecoderBlock;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * GPT-Neo over whatever is embedded already: transformers' {@code GPTNeoModel} given {@code inputs_embeds}.
 *
 * <p>It differs from GPT-2 in this: attention's scores are not scaled, queries, keys and values have no bias while the output has one,
 * layers may see a window of the tokens before instead of all, and linear layers are stored the usual way round. What transformers gives
 * as the last of the hidden states has passed the last norm; so it is here.
 *
 * @param wpe of positions, {@code [positions, width]}
 * @param h the blocks
 * @param lnF the last norm
 */
public record GptNeoTransformer(GptNeoShape shape, Tensor wpe, DecoderStack h, LayerNorm lnF) {

    /**
     * Loads the transformer.
     *
     * @param base what lies below {@code transformer}: {@code wpe}, {@code h.0} and so on, {@code ln_f}
     */
    public static GptNeoTransformer load(Engine engine, GptNeoShape shape, StateDict base) {
        Tensor wpe = base.read("wpe.weight", shape.positions(), shape.width());
        LayerNorm lnF = norm(shape, base.at("ln_f"));
        List<PreNormDecoderBlock> h = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            h.add(block(engine, shape, base.at("h", layer)));
        }
        return new GptNeoTransformer(shape, wpe, new DecoderStack(h), lnF);
    }

    /**
     * Whether a tensor is a mask, which old files hold as a buffer.
     *
     * @param name of a tensor, as the file has it
     */
    public static boolean isMask(String name) {
        return name.matches("(.*\\.)?h\\.\\d+\\.attn\\.attention\\.(bias|masked_bias)");
    }

    private static PreNormDecoderBlock block(Engine engine, GptNeoShape shape, StateDict weights) {
        int width = shape.width();
        StateDict attention = weights.at("attn").at("attention");
        StateDict mlp = weights.at("mlp");
        return new PreNormDecoderBlock(
                norm(shape, weights.at("ln_1")),
                Attention.load(
                        engine,
                        shape.attention(),
                        width,
                        AttentionWeights.of(
                                attention.at("q_proj"),
                                attention.at("k_proj"),
                                attention.at("v_proj"),
                                attention.at("out_proj"),
                                false,
                                true)),
                Optional.empty(),
                Optional.empty(),
                norm(shape, weights.at("ln_2")),
                FeedForward.load(
                        engine, mlp.at("c_fc"), mlp.at("c_proj"), width, shape.intermediate(), shape.activation()));
    }

    private static LayerNorm norm(GptNeoShape shape, StateDict weights) {
        return LayerNorm.load(weights, shape.width(), shape.epsilon());
    }

    /**
     * The hidden states after the last norm, for the rows that are wanted.
     *
     * @param frame receives the result
     * @param x {@code [tokens, width]}, embeddings without positions; what it holds afterwards means nothing
     * @param positionIds {@code [tokens]}, each below {@link GptNeoShape#positions}
     * @param pass causal, whole or continuing; each layer narrows it to what it sees
     * @return {@code [rows wanted, width]}
     */
    public Tensor forward(Frame frame, Tensor x, int[] positionIds, DecoderPass pass, Rows wanted) {
        addPositions(frame, x, positionIds);
        Recording recording = pass.recording();
        Rows computed = recording.isOff() ? wanted : Rows.ALL;
        Tensor last = h.forward(frame, x, pass.seeing(shape.sights()), computed);
        lnF.forward(frame.workspace(), last); // [rows computed, width]
        recording.replaceLastHiddenStates(last);
        return recording.isOff() ? last : wanted.gather(frame, last, pass.sequenceStarts());
    }

    private void addPositions(Frame frame, Tensor x, int[] positionIds) {
        int width = shape.width();
        Kernels kernels = frame.workspace().machine().kernels();
        for (int token = 0; token < positionIds.length; token++) {
            kernels.addScaled(1f, wpe.data(), positionIds[token] * width, x.data(), token * width, width);
        }
    }
}
