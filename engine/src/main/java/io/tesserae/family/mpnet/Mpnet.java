package io.tesserae.family.mpnet;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextEmbeddings;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
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
 * MPNet: Song et al., arXiv 2004.09297; transformers' {@code MPNetModel}.
 *
 * <p>Word and position embeddings are added and normalised; then come transformer blocks in the original, post-norm order. To the
 * scores of attention, in every block, the same biases are added by distance. There are no token types.
 */
final class Mpnet extends Encoder {

    private final MpnetConfig config;
    private final TextEmbeddings embeddings;
    private final AttentionOptions distances;
    private final TransformerStack layers;
    private final Optional<Pooler> pooler;

    private Mpnet(
            Engine engine,
            TensorSource source,
            MpnetConfig config,
            TextEmbeddings embeddings,
            AttentionOptions distances,
            TransformerStack layers,
            Optional<Pooler> pooler) {
        super(engine, source);
        this.config = config;
        this.embeddings = embeddings;
        this.distances = distances;
        this.layers = layers;
        this.pooler = pooler;
    }

    /** Loads the model with or without the pooler that a checkpoint may have. */
    static Mpnet load(Engine engine, MpnetConfig config, StateDict weights, TensorSource source, boolean pooled) {
        StateDict base = weights.at("mpnet");
        int hidden = config.hiddenSize();
        // The pooler first: a checkpoint that lacks it is refused before anything large is read.
        Optional<Pooler> pooler =
                pooled ? Optional.of(Pooler.load(engine, base.at("pooler.dense"), hidden)) : Optional.empty();
        TextEmbeddings embeddings = TextEmbeddings.load(
                base.at("embeddings"),
                new TextEmbeddings.Sizes(config.vocabSize(), 0, config.maxPositionEmbeddings()),
                hidden,
                config.layerNormEps());
        Tensor buckets = base.read(
                "encoder.relative_attention_bias.weight",
                config.relativeAttentionNumBuckets(),
                config.numAttentionHeads());
        List<PostNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(block(engine, config, base.at("encoder.layer", layer)));
        }
        return new Mpnet(
                engine,
                source,
                config,
                embeddings,
                AttentionOptions.biased(RelativePositions.biases(buckets, maxLength(config))),
                new TransformerStack(layers),
                pooler);
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        Tensor x = frame.tensor(batch.tokens(), config.hiddenSize()); // [tokens, hidden]
        embeddings.forward(frame.workspace(), batch, AbsolutePositions.of(batch), x);
        return layers.forward(frame, x, batch.sequenceStarts(), distances, recording, wanted);
    }

    @Override
    protected Optional<Pooler> pooler() {
        return pooler;
    }

    @Override
    public MpnetConfig config() {
        return config;
    }

    @Override
    public int maxLength() {
        return maxLength(config);
    }

    private static int maxLength(MpnetConfig config) {
        return config.maxPositionEmbeddings() - MpnetConfig.POSITIONS_BEFORE_TEXT;
    }

    private static PostNormBlock block(Engine engine, MpnetConfig config, StateDict weights) {
        StateDict attention = weights.at("attention.attn");
        int hidden = config.hiddenSize();
        return new PostNormBlock(
                Attention.load(
                        engine,
                        AttentionShape.of(config.numAttentionHeads(), hidden / config.numAttentionHeads()),
                        hidden,
                        AttentionWeights.biased(
                                attention.at("q"), attention.at("k"), attention.at("v"), attention.at("o"))),
                LayerNorm.load(weights.at("attention.LayerNorm"), hidden, config.layerNormEps()),
                FeedForward.load(
                        engine,
                        weights.at("intermediate.dense"),
                        weights.at("output.dense"),
                        hidden,
                        config.intermediateSize(),
                        config.hiddenAct()),
                LayerNorm.load(weights.at("output.LayerNorm"), hidden, config.layerNormEps()));
    }
}
