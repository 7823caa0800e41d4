package io.tesserae.family.blip;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.ImageEmbeddings;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
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

/**
 * BLIP's vision tower: Li et al., arXiv 2201.12086, section 3.1; transformers' {@code BlipVisionModel}. It is a vision transformer in
 * pre-norm order whose queries, keys and values are stored as one weight.
 *
 * <p>What the text side looks at are the hidden states of all tokens after the last layer norm, the class token's among them. The
 * pooled output is the class token's, after the same layer norm once more.
 */
final class BlipVision extends ImageEncoder {

    private static final int CHANNELS = 3;

    private static final ImageEmbeddings.Names NAMES =
            new ImageEmbeddings.Names(List.of("class_embedding"), "position_embedding", "patch_embedding");

    private final BlipVisionConfig config;
    private final ImageEmbeddings embeddings;
    private final TransformerStack layers;
    private final LayerNorm postLayerNorm;

    private BlipVision(
            Engine engine,
            BlipVisionConfig config,
            ImageEmbeddings embeddings,
            TransformerStack layers,
            LayerNorm postLayerNorm) {
        super(engine);
        this.config = config;
        this.embeddings = embeddings;
        this.layers = layers;
        this.postLayerNorm = postLayerNorm;
    }

    /**
     * Loads the tower.
     *
     * @param weights below {@code vision_model}; of a checkpoint of the tower alone, all
     */
    static BlipVision load(Engine engine, BlipVisionConfig config, StateDict weights) {
        ImageEmbeddings embeddings = ImageEmbeddings.load(
                engine,
                weights.at("embeddings"),
                config.grid(),
                CHANNELS,
                NAMES,
                Tensor.zeros(0, config.hiddenSize()),
                Resampling.BICUBIC);
        List<PreNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(block(engine, config, weights.at("encoder.layers", layer)));
        }
        LayerNorm postLayerNorm =
                LayerNorm.load(weights.at("post_layernorm"), config.hiddenSize(), config.layerNormEps());
        return new BlipVision(engine, config, embeddings, new TransformerStack(layers), postLayerNorm);
    }

    private static PreNormBlock block(Engine engine, BlipVisionConfig config, StateDict weights) {
        int headSize = config.hiddenSize() / config.numAttentionHeads();
        return new PreNormBlock(
                LayerNorm.load(weights.at("layer_norm1"), config.hiddenSize(), config.layerNormEps()),
                Attention.load(
                        engine,
                        AttentionShape.of(config.numAttentionHeads(), headSize),
                        config.hiddenSize(),
                        AttentionWeights.together(
                                new AttentionWeights.Projection(weights.at("self_attn.qkv"), true),
                                new AttentionWeights.Projection(weights.at("self_attn.projection"), true))),
                LayerNorm.load(weights.at("layer_norm2"), config.hiddenSize(), config.layerNormEps()),
                FeedForward.load(
                        engine,
                        weights.at("mlp.fc1"),
                        weights.at("mlp.fc2"),
                        config.hiddenSize(),
                        config.intermediateSize(),
                        config.hiddenAct()));
    }

    @Override
    protected int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        return embeddings.sequenceStarts(batch, interpolatePositions);
    }

    @Override
    protected Tensor encode(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted) {
        Tensor embedded = embeddings.forward(frame, batch, sequenceStarts); // [tokens, hidden]
        Tensor x = layers.forward(frame, embedded, sequenceStarts, recording, wanted); // [rows wanted, hidden]
        postLayerNorm.forward(frame.workspace(), x);
        return x;
    }

    @Override
    protected Tensor pool(Frame frame, Ragged classTokens) {
        Tensor pooled = frame.tensor(classTokens.rows().dimension(0), config.hiddenSize()); // [images, hidden]
        postLayerNorm.forward(frame.workspace(), classTokens.rows(), pooled);
        return pooled;
    }

    @Override
    public ImageGrid grid() {
        return config.grid();
    }

    @Override
    public int channels() {
        return CHANNELS;
    }

    @Override
    public boolean hasPooler() {
        return true;
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
}
