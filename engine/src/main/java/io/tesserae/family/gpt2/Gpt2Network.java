package io.tesserae.family.gpt2;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TokenTypes;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.AttentionWeights.Projection;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Normalization;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.CrossAttention;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.layer.decoder.PreNormDecoderBlock;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * GPT-2 without a head: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019; transformers' {@code GPT2Model}.
 *
 * <p>Word and position embeddings are added; then come blocks in pre-norm order, whose attention sees no later token, and a last norm.
 * What transformers gives as the last of the hidden states has passed that norm; so it is here.
 *
 * <p>Its linear layers are stored the other way round than others', as {@code Conv1D}: {@link StateDict#transposed}.
 *
 * @param wte of words
 * @param wpe of positions, {@code [n_positions, n_embd]}
 * @param h the blocks
 * @param lnF the last norm
 */
record Gpt2Network(Gpt2Config config, Embedding wte, Tensor wpe, DecoderStack h, LayerNorm lnF) {

    /**
     * Loads the network.
     *
     * @param weights of the whole checkpoint
     */
    static Gpt2Network load(Engine engine, Gpt2Config config, StateDict weights) {
        StateDict base = weights.at("transformer");
        Embedding wte = Embedding.load(base.at("wte"), config.vocabSize(), config.nEmbd());
        Tensor wpe = base.read("wpe.weight", config.nPositions(), config.nEmbd());
        LayerNorm lnF = norm(config, base.at("ln_f"));
        List<PreNormDecoderBlock> h = new ArrayList<>();
        for (int layer = 0; layer < config.nLayer(); layer++) {
            h.add(block(engine, config, layer, base.at("h", layer)));
        }
        return new Gpt2Network(config, wte, wpe, new DecoderStack(h), lnF);
    }

    /** A checkpoint's weights, which are read as long as the model lives. */
    static StateDict stateDict(TensorSource source) {
        return StateDict.ofOpen(source, "transformer.");
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; masks always may, which old files hold as buffers. */
    static boolean isIgnored(String name) {
        return name.matches("(transformer\\.)?h\\.\\d+\\.(attn|crossattention)\\.(bias|masked_bias)")
                || name.matches("(lm_head|score|classifier|qa_outputs|multiple_choice_head\\.summary)\\.(weight|bias)");
    }

    private static PreNormDecoderBlock block(Engine engine, Gpt2Config config, int layer, StateDict weights) {
        int width = config.nEmbd();
        StateDict attn = weights.at("attn").transposed();
        StateDict mlp = weights.at("mlp").transposed();
        boolean looks = config.addCrossAttention();
        return new PreNormDecoderBlock(
                norm(config, weights.at("ln_1")),
                Attention.load(
                        engine,
                        config.attention(layer),
                        width,
                        AttentionWeights.together(
                                new Projection(attn.at("c_attn"), true), new Projection(attn.at("c_proj"), true))),
                looks ? Optional.<Normalization>of(norm(config, weights.at("ln_cross_attn"))) : Optional.empty(),
                looks ? Optional.of(crossAttention(engine, config, layer, weights)) : Optional.empty(),
                norm(config, weights.at("ln_2")),
                FeedForward.load(
                        engine, mlp.at("c_fc"), mlp.at("c_proj"), width, config.nInner(), config.activationFunction()));
    }

    /** What it looks at is as wide as the residual stream. */
    private static CrossAttention crossAttention(Engine engine, Gpt2Config config, int layer, StateDict weights) {
        StateDict cross = weights.at("crossattention").transposed();
        return CrossAttention.load(
                engine,
                config.attention(layer),
                config.nEmbd(),
                config.nEmbd(),
                AttentionWeights.keyValueTogether(
                        new Projection(cross.at("q_attn"), true),
                        new Projection(cross.at("c_attn"), true),
                        new Projection(cross.at("c_proj"), true)));
    }

    private static LayerNorm norm(Gpt2Config config, StateDict weights) {
        return LayerNorm.load(weights, config.nEmbd(), config.layerNormEpsilon());
    }

    /**
     * The hidden states after the last norm, for the rows that are wanted.
     *
     * @param frame receives the result
     * @return {@code [rows wanted, n_embd]}
     */
    Tensor forward(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
        TokenTypes.requireNone(
                batch, "GPT-2"); // what is given, the reference looks up among the words; its tokenizer gives none
        Recording recording = pass.recording();
        Rows computed = recording.isOff() ? wanted : Rows.ALL;
        Tensor last = h.forward(frame, embed(frame, batch), pass, computed);
        lnF.forward(frame.workspace(), last); // [rows computed, n_embd]
        recording.replaceLastHiddenStates(last);
        return recording.isOff() ? last : wanted.gather(frame, last, pass.sequenceStarts());
    }

    /** {@code x = wte + wpe}, {@code [tokens, n_embd]}. */
    private Tensor embed(Frame frame, TokenBatch batch) {
        int width = config.nEmbd();
        Tensor x = frame.tensor(batch.tokens(), width);
        var kernels = frame.workspace().machine().kernels();
        for (int token = 0; token < batch.tokens(); token++) {
            wte.lookUp(batch.inputIds()[token], x.data(), token * width);
            int position = batch.positionIds()[token] * width;
            kernels.addScaled(1f, wpe.data(), position, x.data(), token * width, width);
        }
        return x;
    }
}
