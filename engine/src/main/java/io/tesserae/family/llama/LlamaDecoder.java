package io.tesserae.family.llama;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.model.Decoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * LLaMA with the head that says what comes next: transformers' {@code LlamaForCausalLM}, alone or as the part of a larger model that
 * writes.
 */
public final class LlamaDecoder extends Decoder {

    private final LlamaNetwork network;
    private final Linear lmHead; // [vocabulary, hidden], without a bias

    private LlamaDecoder(Engine engine, LlamaNetwork network, Linear lmHead) {
        super(engine);
        this.network = network;
        this.lmHead = lmHead;
    }

    /**
     * Loads the network and its head, and nothing beside them.
     *
     * @param tied whether a checkpoint without a head takes the word embeddings for one: {@code tie_word_embeddings}
     * @param weights of the whole checkpoint, which stay open as long as the decoder lives
     * @param base what lies below {@code model}, or below {@code model.text_model} in a larger model
     */
    public static LlamaDecoder load(
            Engine engine, LlamaConfig config, boolean tied, StateDict weights, StateDict base) {
        // A head of its own wins over the embeddings even where they are tied: so it is in transformers.
        boolean own = !tied || weights.holds("lm_head.weight");
        StateDict head = own ? weights.at("lm_head") : base.at("embed_tokens");
        Linear lmHead = Linear.load(engine, head, config.vocabSize(), config.hiddenSize(), false);
        return new LlamaDecoder(engine, LlamaNetwork.load(engine, config, base), lmHead);
    }

    @Override
    protected Tensor decode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
        return network.forward(frame, batch, pass, wanted);
    }

    @Override
    protected void score(Workspace workspace, Tensor hiddenStates, Tensor logits) {
        lmHead.forward(workspace, hiddenStates, Epilogue.NONE, logits);
    }

    @Override
    protected AttentionShape attentionShape() {
        return config().attention();
    }

    @Override
    protected DecoderStack layers() {
        return network.layers();
    }

    @Override
    public LlamaConfig config() {
        return network.config();
    }
}
