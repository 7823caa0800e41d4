package io.tesserae.family.bert;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.BertBlock;
import io.tesserae.family.common.TextEmbeddings;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Sight;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.Pooler;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.model.Encoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/**
 * BERT: Devlin et al., arXiv 1810.04805; transformers' {@code BertModel}. Most sentence encoders are one.
 *
 * <p>Word, token type and position embeddings are added and normalised; then come transformer blocks in the original,
 * post-norm order: attention, add, normalise, feed forward, add, normalise. A pooler makes one vector of a sequence from
 * its first token; checkpoints without one have no {@code poolerOutput}, and load all the same.
 */
final class Bert extends Encoder {

    private final BertConfig config;
    private final TextEmbeddings embeddings;
    private final TransformerStack layers;
    private final Optional<Pooler> pooler;

    private Bert(
            Engine engine,
            TensorSource source,
            BertConfig config,
            TextEmbeddings embeddings,
            TransformerStack layers,
            Optional<Pooler> pooler) {
        super(engine, source);
        this.config = config;
        this.embeddings = embeddings;
        this.layers = layers;
        this.pooler = pooler;
    }

    /** Loads the model with or without the pooler that a checkpoint may have. */
    static Bert load(Engine engine, BertConfig config, StateDict weights, TensorSource source, boolean pooled) {
        StateDict base = weights.at("bert");
        // The pooler first: a checkpoint that lacks it is refused before anything large is read.
        Optional<Pooler> pooler =
                pooled ? Optional.of(loadPooler(engine, config, base.at("pooler"))) : Optional.empty();
        TextEmbeddings embeddings = TextEmbeddings.load(
                base.at("embeddings"),
                new TextEmbeddings.Sizes(config.vocabSize(), config.typeVocabSize(), config.maxPositionEmbeddings()),
                config.hiddenSize(),
                config.layerNormEps());
        BertBlock block = new BertBlock(
                config.hiddenSize(),
                config.numAttentionHeads(),
                config.intermediateSize(),
                config.hiddenAct(),
                config.layerNormEps());
        TransformerStack layers = block.loadAll(engine, config.numHiddenLayers(), base.at("encoder"));
        return new Bert(engine, source, config, embeddings, layers, pooler);
    }

    private static Pooler loadPooler(Engine engine, BertConfig config, StateDict weights) {
        int hidden = config.hiddenSize();
        return Pooler.load(engine, weights.at("dense"), hidden);
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        return encode(frame, batch, AttentionOptions.NONE, recording, wanted);
    }

    @Override
    protected Tensor encodeSeeing(Frame frame, TokenBatch batch, int[] seen) {
        AttentionOptions seeing = AttentionOptions.seeing(new Sight.Beginning(seen));
        return encode(frame, batch, seeing, Recording.none(batch.sequenceStarts()), Rows.ALL);
    }

    private Tensor encode(Frame frame, TokenBatch batch, AttentionOptions options, Recording recording, Rows wanted) {
        requireKnown(batch);
        embeddings.requireKnownTypes(batch);
        Tensor x = frame.tensor(batch.tokens(), config.hiddenSize()); // [tokens, hidden]
        embeddings.forward(frame.workspace(), batch, batch.positionIds(), x);
        return layers.forward(frame, x, batch.sequenceStarts(), options, recording, wanted);
    }

    @Override
    protected Optional<Pooler> pooler() {
        return pooler;
    }

    @Override
    public BertConfig config() {
        return config;
    }
}
