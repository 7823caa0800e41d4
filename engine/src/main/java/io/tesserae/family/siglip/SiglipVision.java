package io.tesserae.family.siglip;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.ImageEmbeddings;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.LayerNorm;
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
 * SigLIP's vision tower: Zhai et al., arXiv 2303.15343; transformers' {@code SiglipVisionModel}. It is a vision transformer in pre-norm
 * order without a class token. The pooled output is what a learned query sees of all patches: see {@link AttentionPooling}.
 */
final class SiglipVision extends ImageEncoder {

    private final SiglipVisionConfig config;
    private final ImageEmbeddings embeddings;
    private final TransformerStack layers;
    private final LayerNorm postLayerNorm;
    private final Optional<AttentionPooling> head;

    private SiglipVision(
            Engine engine,
            SiglipVisionConfig config,
            ImageEmbeddings embeddings,
            TransformerStack layers,
            LayerNorm postLayerNorm,
            Optional<AttentionPooling> head) {
        super(engine);
        this.config = config;
        this.embeddings = embeddings;
        this.layers = layers;
        this.postLayerNorm = postLayerNorm;
        this.head = head;
    }

    /**
     * Loads the tower.
     *
     * @param weights below {@code vision_model}
     * @param pooled whether the head is loaded that a checkpoint may have
     */
    static SiglipVision load(Engine engine, SiglipVisionConfig config, StateDict weights, boolean pooled) {
        int hidden = config.shape().hiddenSize();
        int patch = config.grid().patchHeight();
        StateDict embeddings = weights.at("embeddings");
        PatchEmbedding patches = PatchEmbedding.load(
                engine, embeddings.at("patch_embedding"), hidden, config.numChannels(), patch, patch);
        return new SiglipVision(
                engine,
                config,
                ImageEmbeddings.ofTable(patches, embeddings, config.grid(), config.numChannels(), hidden, List.of()),
                config.shape().blocks(engine, weights.at("encoder")),
                config.shape().norm(weights.at("post_layernorm")),
                pooled && config.hasHead()
                        ? Optional.of(AttentionPooling.load(engine, config.shape(), weights.at("head")))
                        : Optional.empty());
    }

    @Override
    protected int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        return embeddings.sequenceStarts(batch, interpolatePositions);
    }

    @Override
    protected Tensor encode(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted) {
        Tensor embedded = embeddings.forward(frame, batch, sequenceStarts); // [patches, hidden]
        Tensor x = layers.forward(frame, embedded, sequenceStarts, recording, wanted); // [rows wanted, hidden]
        postLayerNorm.forward(frame.workspace(), x);
        return x;
    }

    @Override
    protected Rows readByPooler() {
        return Rows.ALL;
    }

    @Override
    protected Tensor pool(Frame frame, Ragged rows) {
        return head.orElseThrow().forward(frame, rows);
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
        return head.isPresent();
    }

    @Override
    public int prefixTokens() {
        return 0;
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
