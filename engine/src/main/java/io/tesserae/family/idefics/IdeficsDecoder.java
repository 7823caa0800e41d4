package io.tesserae.family.idefics;

import io.tesserae.engine.Engine;
import io.tesserae.family.llama.LlamaBlock;
import io.tesserae.family.llama.LlamaConfig;
import io.tesserae.family.llama.LlamaNetwork;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.layer.decoder.GatedCrossAttentionBlock;
import io.tesserae.layer.decoder.PreNormDecoderBlock;
import io.tesserae.model.Decoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of IDEFICS that writes: a LLaMA, with gated blocks between its layers. Its vocabulary has two parts, so that words could be
 * added while those of the language model stayed as they were: transformers' {@code IdeficsDecoupledEmbedding} and {@code
 * IdeficsDecoupledLinear}.
 */
final class IdeficsDecoder extends Decoder {

    private final LlamaNetwork network;
    private final Linear lmHead; // [first vocabulary, hidden], without a bias
    private final Optional<Linear> additionalFc; // [additional vocabulary, hidden], likewise

    private IdeficsDecoder(Engine engine, LlamaNetwork network, Linear lmHead, Optional<Linear> additionalFc) {
        super(engine);
        this.network = network;
        this.lmHead = lmHead;
        this.additionalFc = additionalFc;
    }

    /**
     * Loads the network and its head, and nothing beside them.
     *
     * @param weights of the whole checkpoint, which stay open as long as the decoder lives
     */
    static IdeficsDecoder load(Engine engine, IdeficsConfig config, StateDict weights) {
        int hidden = config.text().hiddenSize();
        int additional = config.additionalVocabSize();
        StateDict base = weights.at("model");
        StateDict words = base.at("embed_tokens");
        StateDict head = weights.at("lm_head");
        Linear lmHead = Linear.load(engine, head(config, head, words), config.firstVocabSize(), hidden, false);
        Embedding embedTokens = Embedding.load(words, config.firstVocabSize(), hidden);
        Optional<Linear> additionalFc = Optional.empty();
        if (additional > 0) {
            StateDict moreWords = words.at("additional_embedding");
            StateDict more = head(config, head.at("additional_fc"), moreWords);
            additionalFc = Optional.of(Linear.load(engine, more, additional, hidden, false));
            embedTokens = embedTokens.followedBy(Embedding.load(moreWords, additional, hidden));
        }
        return new IdeficsDecoder(engine, network(engine, config, embedTokens, base), lmHead, additionalFc);
    }

    /** A head of its own wins over the embeddings even where they are tied: so it is in transformers. */
    private static StateDict head(IdeficsConfig config, StateDict own, StateDict words) {
        return config.tied() && !own.holds("weight") ? words : own;
    }

    private static LlamaNetwork network(Engine engine, IdeficsConfig config, Embedding embedTokens, StateDict base) {
        LlamaConfig text = config.text();
        List<PreNormDecoderBlock> layers = new ArrayList<>();
        List<GatedCrossAttentionBlock> gated = new ArrayList<>();
        for (int layer = 0; layer < text.layers(); layer++) {
            layers.add(LlamaBlock.load(engine, text, base.at("layers", layer)));
        }
        for (int layer = 0; layer < text.layers() / config.crossLayerInterval(); layer++) {
            gated.add(GatedBlock.load(engine, config, base.at("gated_cross_attn_layers", layer)));
        }
        return new LlamaNetwork(
                text,
                embedTokens,
                new DecoderStack(layers, gated, config.crossLayerInterval()),
                LlamaBlock.norm(text, base.at("norm")));
    }

    @Override
    protected Tensor decode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
        return network.forward(frame, batch, pass, wanted);
    }

    @Override
    protected void score(Workspace workspace, Tensor hiddenStates, Tensor logits) {
        int vocabulary = config().vocabSize();
        lmHead.forward(workspace, hiddenStates, new MatrixView(logits.data(), 0, vocabulary));
        additionalFc.ifPresent(more ->
                more.forward(workspace, hiddenStates, new MatrixView(logits.data(), lmHead.outFeatures(), vocabulary)));
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
