package io.tesserae.family.gpt2;

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
import io.tesserae.tensor.TensorSource;

/**
 * GPT-2 with the head that says what comes next: transformers' {@code GPT2LMHeadModel}, alone or as a part of a model that looks at
 * something.
 */
public final class Gpt2Decoder extends Decoder {

    private final Gpt2Network network;
    private final Linear lmHead; // [vocabulary, n_embd], without a bias

    private Gpt2Decoder(Engine engine, Gpt2Network network, Linear lmHead) {
        super(engine);
        this.network = network;
        this.lmHead = lmHead;
    }

    /**
     * Loads the network and its head, and nothing beside them.
     *
     * @param tied whether a checkpoint without a head takes the word embeddings for one: {@code tie_word_embeddings}
     * @param source stays open as long as the decoder lives, which does not close it
     */
    public static Gpt2Decoder load(Engine engine, Gpt2Config config, boolean tied, TensorSource source) {
        StateDict weights = Gpt2Network.stateDict(source);
        // A head of its own wins over the embeddings even where they are tied: so it is in transformers.
        boolean own = !tied || weights.holds("lm_head.weight");
        StateDict head = weights.at(own ? "lm_head" : "transformer.wte");
        Linear lmHead = Linear.load(engine, head, config.vocabSize(), config.nEmbd(), false);
        Gpt2Network network = Gpt2Network.load(engine, config, weights);
        weights.requireAllUsed(Gpt2Network::isIgnored);
        return new Gpt2Decoder(engine, network, lmHead);
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
        return config().attention(0); // the scale of scores differs by layer, and is not asked for
    }

    @Override
    protected DecoderStack layers() {
        return network.h();
    }

    @Override
    public Gpt2Config config() {
        return network.config();
    }
}
