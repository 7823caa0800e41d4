package io.tesserae.family.vit;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.ImageEmbeddings;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Pooler;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Resampling;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.PreNormBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ViT, the vision transformer: Dosovitskiy et al., arXiv 2010.11929; transformers' {@code ViTModel}. DINO's checkpoints are
 * of this family too (Caron et al., arXiv 2104.14294): another training, the same network.
 *
 * <p>A picture becomes a sequence of patches with a class token before them. Then come transformer blocks in pre-norm
 * order: normalise, attention, add, normalise, feed forward, add. A last layer norm follows. The pooler, a dense layer on the
 * class token, is not in every checkpoint; where there is none, there is no pooled output.
 */
public final class Vit extends ImageEncoder {

    private final VitConfig config;
    private final ImageEmbeddings embeddings;
    private final TransformerStack layers;
    private final LayerNorm layernorm;
    private final Optional<Pooler> pooler;

    private Vit(
            Engine engine,
            VitConfig config,
            ImageEmbeddings embeddings,
            TransformerStack layers,
            LayerNorm layernorm,
            Optional<Pooler> pooler) {
        super(engine);
        this.config = config;
        this.embeddings = embeddings;
        this.layers = layers;
        this.layernorm = layernorm;
        this.pooler = pooler;
    }

    /**
     * Loads the model.
     *
     * @param base what lies below the family's name
     * @param tokens names of the tokens before the patches'
     * @param pooled whether the pooler is loaded that a checkpoint may have
     */
    public static Vit load(Engine engine, VitConfig config, StateDict base, List<String> tokens, boolean pooled) {
        Optional<Pooler> pooler =
                pooled && base.contains("pooler") ? Optional.of(loadPooler(engine, config, base)) : Optional.empty();
        ImageEmbeddings embeddings = ImageEmbeddings.load(
                engine,
                base.at("embeddings"),
                config.grid(),
                config.numChannels(),
                new ImageEmbeddings.Names(tokens),
                Tensor.zeros(0, config.hiddenSize()),
                Resampling.BICUBIC);
        List<PreNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(block(engine, config, base.atEither("encoder.layer." + layer, "layers." + layer)));
        }
        LayerNorm layernorm = LayerNorm.load(base.at("layernorm"), config.hiddenSize(), config.layerNormEps());
        return new Vit(engine, config, embeddings, new TransformerStack(layers), layernorm, pooler);
    }

    private static Pooler loadPooler(Engine engine, VitConfig config, StateDict base) {
        return new Pooler(
                Linear.load(engine, base.at("pooler.dense"), config.poolerOutputSize(), config.hiddenSize()),
                config.poolerAct());
    }

    @Override
    protected int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        return embeddings.sequenceStarts(batch, interpolatePositions);
    }

    @Override
    public Tensor encode(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted) {
        Tensor embedded = embeddings.forward(frame, batch, sequenceStarts); // [tokens, hidden]
        Tensor x = layers.forward(frame, embedded, sequenceStarts, recording, wanted); // [rows wanted, hidden]
        layernorm.forward(frame.workspace(), x);
        return x;
    }

    @Override
    protected Tensor pool(Frame frame, Ragged classTokens) {
        return NotFinite.warn(
                "numbers of the pooler's output", pooler.orElseThrow().forward(frame, classTokens.rows()));
    }

    @Override
    public ImageGrid grid() {
        return config.grid();
    }

    @Override
    public int channels() {
        return config.numChannels();
    }

    @Override
    public boolean hasPooler() {
        return pooler.isPresent();
    }

    @Override
    public int prefixTokens() {
        return embeddings.prefixTokens();
    }

    @Override
    public int heads() {
        return config.numAttentionHeads();
    }

    @Override
    public int layers() {
        return config.numHiddenLayers();
    }

    @Override
    public int hiddenSize() {
        return config.hiddenSize();
    }

    private static PreNormBlock block(Engine engine, VitConfig config, StateDict weights) {
        StateDict attention = weights.at("attention");
        return new PreNormBlock(
                LayerNorm.load(weights.at("layernorm_before"), config.hiddenSize(), config.layerNormEps()),
                Attention.load(
                        engine,
                        AttentionShape.of(config.numAttentionHeads(), config.hiddenSize() / config.numAttentionHeads()),
                        config.hiddenSize(),
                        AttentionWeights.of(
                                attention.atEither("attention.query", "q_proj"),
                                attention.atEither("attention.key", "k_proj"),
                                attention.atEither("attention.value", "v_proj"),
                                attention.atEither("output.dense", "o_proj"),
                                config.qkvBias(),
                                true)),
                LayerNorm.load(weights.at("layernorm_after"), config.hiddenSize(), config.layerNormEps()),
                FeedForward.load(
                        engine,
                        weights.atEither("intermediate.dense", "mlp.fc1"),
                        weights.atEither("output.dense", "mlp.fc2"),
                        config.hiddenSize(),
                        config.intermediateSize(),
                        config.hiddenAct()));
    }
}
