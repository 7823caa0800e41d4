package io.tesserae.family.roberta;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.BertBlock;
import io.tesserae.family.common.PositionsPastPadding;
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
 * RoBERTa: Liu et al., arXiv 1907.11692; transformers' {@code RobertaModel}. XLM-RoBERTa (Conneau et al., arXiv 1911.02116) and CamemBERT
 * (Martin et al., arXiv 1911.03894) are one with other vocabularies.
 *
 * <p>The blocks are BERT's. Positions count tokens that are not padding, and begin behind the padding's id.
 */
final class Roberta extends Encoder {

    private final RobertaConfig config;
    private final TextEmbeddings embeddings;
    private final TransformerStack layers;
    private final Optional<Pooler> pooler;

    private Roberta(
            Engine engine,
            TensorSource source,
            RobertaConfig config,
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
    static Roberta load(Engine engine, RobertaConfig config, StateDict weights, TensorSource source, boolean pooled) {
        StateDict base = weights.at("roberta");
        int hidden = config.hiddenSize();
        // The pooler first: a checkpoint that lacks it is refused before anything large is read.
        Optional<Pooler> pooler =
                pooled ? Optional.of(Pooler.load(engine, base.at("pooler.dense"), hidden)) : Optional.empty();
        TextEmbeddings embeddings = TextEmbeddings.load(
                base.at("embeddings"),
                new TextEmbeddings.Sizes(config.vocabSize(), config.typeVocabSize(), config.maxPositionEmbeddings()),
                hidden,
                config.layerNormEps());
        BertBlock block = new BertBlock(
                hidden,
                config.numAttentionHeads(),
                config.intermediateSize(),
                config.hiddenAct(),
                config.layerNormEps());
        TransformerStack layers = block.loadAll(engine, config.numHiddenLayers(), base.at("encoder"));
        return new Roberta(engine, source, config, embeddings, layers, pooler);
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
        int[] positions = PositionsPastPadding.of(batch, config.padTokenId(), "RoBERTa");
        Tensor x = frame.tensor(batch.tokens(), config.hiddenSize()); // [tokens, hidden]
        embeddings.forward(frame.workspace(), batch, positions, x);
        return layers.forward(frame, x, batch.sequenceStarts(), options, recording, wanted);
    }

    @Override
    protected Optional<Pooler> pooler() {
        return pooler;
    }

    @Override
    public RobertaConfig config() {
        return config;
    }

    @Override
    public int maxLength() {
        return config.maxPositionEmbeddings() - config.padTokenId() - 1;
    }
}
