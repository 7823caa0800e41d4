package io.tesserae.family.albert;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextEmbeddings;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Pooler;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.PostNormBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.model.Encoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ALBERT: Lan et al., arXiv 1909.11942; transformers' {@code AlbertModel}.
 *
 * <p>A BERT whose embeddings are narrower than its hidden states, with a linear layer between the two, and whose layers share weights:
 * groups of blocks are loaded once, and passed again and again.
 */
final class Albert extends Encoder {

    private final AlbertConfig config;
    private final TextEmbeddings embeddings;
    private final Linear projection; // [hidden, embedding]
    private final TransformerStack layers;
    private final Optional<Pooler> pooler;

    private Albert(
            Engine engine,
            TensorSource source,
            AlbertConfig config,
            TextEmbeddings embeddings,
            Linear projection,
            TransformerStack layers,
            Optional<Pooler> pooler) {
        super(engine, source);
        this.config = config;
        this.embeddings = embeddings;
        this.projection = projection;
        this.layers = layers;
        this.pooler = pooler;
    }

    /** Loads the model with or without the pooler that a checkpoint may have. */
    static Albert load(Engine engine, AlbertConfig config, StateDict weights, TensorSource source, boolean pooled) {
        StateDict base = weights.at("albert");
        int hidden = config.hiddenSize();
        // The pooler first: a checkpoint that lacks it is refused before anything large is read.
        Optional<Pooler> pooler =
                pooled ? Optional.of(Pooler.load(engine, base.at("pooler"), hidden)) : Optional.empty();
        TextEmbeddings embeddings = TextEmbeddings.load(
                base.at("embeddings"),
                new TextEmbeddings.Sizes(config.vocabSize(), config.typeVocabSize(), config.maxPositionEmbeddings()),
                config.embeddingSize(),
                config.layerNormEps());
        StateDict encoder = base.at("encoder");
        Linear projection =
                Linear.load(engine, encoder.at("embedding_hidden_mapping_in"), hidden, config.embeddingSize());
        TransformerStack layers = layers(engine, config, encoder);
        return new Albert(engine, source, config, embeddings, projection, layers, pooler);
    }

    /** All passes through the groups, of which each is loaded once. */
    private static TransformerStack layers(Engine engine, AlbertConfig config, StateDict encoder) {
        List<List<PostNormBlock>> groups = new ArrayList<>();
        for (int group = 0; group < config.numHiddenGroups(); group++) {
            List<PostNormBlock> blocks = new ArrayList<>();
            for (int inner = 0; inner < config.innerGroupNum(); inner++) {
                StateDict weights = encoder.at("albert_layer_groups", group).at("albert_layers", inner);
                blocks.add(block(engine, config, weights));
            }
            groups.add(blocks);
        }
        List<PostNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.addAll(groups.get(config.groupOf(layer)));
        }
        return new TransformerStack(layers);
    }

    private static PostNormBlock block(Engine engine, AlbertConfig config, StateDict weights) {
        StateDict attention = weights.at("attention");
        int hidden = config.hiddenSize();
        return new PostNormBlock(
                Attention.load(
                        engine,
                        AttentionShape.of(config.numAttentionHeads(), hidden / config.numAttentionHeads()),
                        hidden,
                        AttentionWeights.biased(
                                attention.at("query"),
                                attention.at("key"),
                                attention.at("value"),
                                attention.at("dense"))),
                LayerNorm.load(attention.at("LayerNorm"), hidden, config.layerNormEps()),
                FeedForward.load(
                        engine,
                        weights.at("ffn"),
                        weights.at("ffn_output"),
                        hidden,
                        config.intermediateSize(),
                        config.hiddenAct()),
                LayerNorm.load(weights.at("full_layer_layer_norm"), hidden, config.layerNormEps()));
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        embeddings.requireKnownTypes(batch);
        Tensor x = frame.tensor(batch.tokens(), config.hiddenSize()); // [tokens, hidden]
        try (Frame inside = frame.workspace().frame()) {
            Tensor narrow = inside.tensor(batch.tokens(), config.embeddingSize()); // [tokens, embedding]
            embeddings.forward(frame.workspace(), batch, batch.positionIds(), narrow);
            projection.forward(frame.workspace(), narrow, Epilogue.NONE, x);
        }
        return layers.forward(frame, x, batch.sequenceStarts(), recording, wanted);
    }

    @Override
    protected Optional<Pooler> pooler() {
        return pooler;
    }

    @Override
    public AlbertConfig config() {
        return config;
    }
}
