package io.tesserae.family.electra;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.BertBlock;
import io.tesserae.family.common.TextEmbeddings;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Linear;
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
 * ELECTRA: Clark et al., arXiv 2003.10555; transformers' {@code ElectraModel}.
 *
 * <p>A BERT whose embeddings may be narrower than the residual stream, and are then projected to its width. There is no pooler.
 */
final class Electra extends Encoder {

    private final ElectraConfig config;
    private final TextEmbeddings embeddings;
    private final Optional<Linear> projection; // [hidden, embedding]
    private final TransformerStack layers;

    private Electra(
            Engine engine,
            TensorSource source,
            ElectraConfig config,
            TextEmbeddings embeddings,
            Optional<Linear> projection,
            TransformerStack layers) {
        super(engine, source);
        this.config = config;
        this.embeddings = embeddings;
        this.projection = projection;
        this.layers = layers;
    }

    static Electra load(Engine engine, ElectraConfig config, StateDict weights, TensorSource source) {
        StateDict base = weights.at("electra");
        int hidden = config.hiddenSize();
        int embedding = config.embeddingSize();
        TextEmbeddings embeddings = TextEmbeddings.load(
                base.at("embeddings"),
                new TextEmbeddings.Sizes(config.vocabSize(), config.typeVocabSize(), config.maxPositionEmbeddings()),
                embedding,
                config.layerNormEps());
        Optional<Linear> projection = embedding == hidden
                ? Optional.empty()
                : Optional.of(Linear.load(engine, base.at("embeddings_project"), hidden, embedding));
        BertBlock block = new BertBlock(
                hidden,
                config.numAttentionHeads(),
                config.intermediateSize(),
                config.hiddenAct(),
                config.layerNormEps());
        TransformerStack layers = block.loadAll(engine, config.numHiddenLayers(), base.at("encoder"));
        return new Electra(engine, source, config, embeddings, projection, layers);
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        embeddings.requireKnownTypes(batch);
        Tensor x = frame.tensor(batch.tokens(), config.hiddenSize()); // [tokens, hidden]
        if (projection.isPresent()) {
            try (Frame inside = frame.workspace().frame()) {
                Tensor narrow = inside.tensor(batch.tokens(), config.embeddingSize()); // [tokens, embedding]
                embeddings.forward(frame.workspace(), batch, batch.positionIds(), narrow);
                projection.get().forward(frame.workspace(), narrow, Epilogue.NONE, x);
            }
        } else {
            embeddings.forward(frame.workspace(), batch, batch.positionIds(), x);
        }
        return layers.forward(frame, x, batch.sequenceStarts(), recording, wanted);
    }

    @Override
    public ElectraConfig config() {
        return config;
    }
}
