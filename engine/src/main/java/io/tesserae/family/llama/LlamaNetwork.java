package io.tesserae.family.llama;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TokenTypes;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.Recording;
import io.tesserae.layer.RmsNorm;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.layer.decoder.PreNormDecoderBlock;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * LLaMA without a head: Touvron et al., arXiv 2302.13971, section 2.2; transformers' {@code LlamaModel}.
 *
 * <p>Embeddings have no positions: queries and keys are turned by theirs instead. Blocks normalise what they read, by its root mean
 * square; the feed-forward block has a gate; several heads may share keys and values. What transformers gives as the last of the hidden
 * states has passed the last norm; so it is here.
 *
 * @param embedTokens {@code [vocabulary, hidden]}
 * @param layers the blocks
 * @param norm the last norm
 */
public record LlamaNetwork(LlamaConfig config, Embedding embedTokens, DecoderStack layers, RmsNorm norm) {

    /**
     * Loads the network.
     *
     * @param base what lies below {@code model}
     */
    static LlamaNetwork load(Engine engine, LlamaConfig config, StateDict base) {
        Embedding embedTokens = Embedding.load(base.at("embed_tokens"), config.vocabSize(), config.hiddenSize());
        RmsNorm norm = LlamaBlock.norm(config, base.at("norm"));
        List<PreNormDecoderBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(LlamaBlock.load(engine, config, base.at("layers", layer)));
        }
        return new LlamaNetwork(config, embedTokens, new DecoderStack(layers), norm);
    }

    /**
     * The hidden states after the last norm, for the rows that are wanted.
     *
     * @param frame receives the result
     * @return {@code [rows wanted, hidden]}
     */
    public Tensor forward(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
        Recording recording = pass.recording();
        Rows computed = recording.isOff() ? wanted : Rows.ALL;
        DecoderPass turned = pass.turned(config.rope().at(frame, batch.positionIds()));
        Tensor last = layers.forward(frame, embed(frame, batch, pass), turned, computed);
        norm.forward(frame.workspace(), last); // [rows computed, hidden]
        recording.replaceLastHiddenStates(last);
        return recording.isOff() ? last : wanted.gather(frame, last, pass.sequenceStarts());
    }

    /** {@code [tokens, hidden]}: the tokens' embeddings, and what is read in the place of some. */
    private Tensor embed(Frame frame, TokenBatch batch, DecoderPass pass) {
        TokenTypes.requireNone(batch, "LLaMA");
        int hidden = config.hiddenSize();
        Tensor x = frame.tensor(batch.tokens(), hidden);
        for (int token = 0; token < batch.tokens(); token++) {
            embedTokens.lookUp(batch.inputIds()[token], x.data(), token * hidden);
        }
        pass.insert(x);
        return x;
    }
}
