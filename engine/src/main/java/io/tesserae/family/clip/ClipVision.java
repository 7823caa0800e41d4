package io.tesserae.family.clip;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.ImageEmbeddings;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.PatchEmbedding;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * CLIP's vision tower: Radford et al., arXiv 2103.00020, section 2.4; transformers' {@code CLIPVisionModel} and {@code
 * CLIPVisionModelWithProjection}. It is a vision transformer that normalises what the first block reads. The hidden states are those of
 * the last block as they are; the class token's alone is normalised, and is the pooled output, projected where there is a projection.
 */
final class ClipVision extends ImageEncoder {

    private final ClipVisionConfig config;
    private final ImageEmbeddings embeddings;
    private final LayerNorm preLayerNorm;
    private final TransformerStack layers;
    private final LayerNorm postLayerNorm;
    private final Optional<Linear> projection;

    private ClipVision(
            Engine engine,
            ClipVisionConfig config,
            ImageEmbeddings embeddings,
            TransformerStack layers,
            StateDict weights,
            Optional<Linear> projection) {
        super(engine);
        this.config = config;
        this.embeddings = embeddings;
        this.preLayerNorm = config.shape().norm(weights.at("pre_layrnorm"));
        this.layers = layers;
        this.postLayerNorm = config.shape().norm(weights.at("post_layernorm"));
        this.projection = projection;
    }

    /**
     * Loads the tower.
     *
     * @param weights below {@code vision_model}
     * @param projection {@code [shared, hidden]}; empty where the normalised class token is the pooled output
     */
    static ClipVision load(Engine engine, ClipVisionConfig config, StateDict weights, Optional<Linear> projection) {
        int hidden = config.shape().hiddenSize();
        int patch = config.grid().patchHeight();
        StateDict embeddings = weights.at("embeddings");
        PatchEmbedding patches = PatchEmbedding.load(
                engine, embeddings.at("patch_embedding"), hidden, config.numChannels(), patch, patch, false);
        return new ClipVision(
                engine,
                config,
                ImageEmbeddings.ofTable(
                        patches, embeddings, config.grid(), config.numChannels(), hidden, List.of("class_embedding")),
                config.shape().blocks(engine, weights.at("encoder")),
                weights,
                projection);
    }

    @Override
    protected int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        return embeddings.sequenceStarts(batch, interpolatePositions);
    }

    @Override
    protected Tensor encode(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted) {
        Tensor embedded = embeddings.forward(frame, batch, sequenceStarts); // [tokens, hidden]
        preLayerNorm.forward(frame.workspace(), embedded);
        return layers.forward(frame, embedded, sequenceStarts, recording, wanted); // [rows wanted, hidden]
    }

    @Override
    protected Tensor pool(Frame frame, Ragged classTokens) {
        Tensor pooled = frame.tensor(classTokens.sequences(), hiddenSize()); // [images, hidden]
        postLayerNorm.forward(frame.workspace(), classTokens.rows(), pooled);
        return projection.isPresent() ? projection.get().forward(frame.workspace(), pooled) : pooled;
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
        return true;
    }

    @Override
    public int prefixTokens() {
        return embeddings.prefixTokens();
    }

    @Override
    public int heads() {
        return config.shape().heads();
    }

    @Override
    public int layers() {
        return config.shape().layers();
    }

    @Override
    public int hiddenSize() {
        return config.shape().hiddenSize();
    }
}
