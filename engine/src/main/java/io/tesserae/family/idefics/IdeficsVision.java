package io.tesserae.family.idefics;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.ImageEmbeddings;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.PatchEmbedding;
import io.tesserae.layer.PositionEmbeddings;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Resampling;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.PreNormBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * IDEFICS's vision tower, which is CLIP's: Radford et al., arXiv 2103.00020, section 2.4; transformers' {@code IdeficsVisionTransformer}.
 * What comes out are the hidden states of all tokens, the class token's among them, before the last layer norm, which nothing here needs.
 *
 * @param config sizes
 * @param embeddings of patches, whose convolution has no bias
 * @param preNorm normalises what the first layer reads; {@code pre_layrnorm}
 * @param layers the blocks
 */
record IdeficsVision(
        IdeficsVisionConfig config, ImageEmbeddings embeddings, LayerNorm preNorm, TransformerStack layers) {

    /** Loads the tower from below {@code vision_model}. */
    static IdeficsVision load(Engine engine, IdeficsVisionConfig config, StateDict weights) {
        List<PreNormBlock> layers = new ArrayList<>();
        ImageEmbeddings embeddings = embeddings(engine, config, weights.at("embeddings"));
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(block(engine, config, weights.at("encoder.layers", layer)));
        }
        return new IdeficsVision(
                config, embeddings, norm(config, weights.at("pre_layrnorm")), new TransformerStack(layers));
    }

    private static ImageEmbeddings embeddings(Engine engine, IdeficsVisionConfig config, StateDict weights) {
        ImageGrid grid = config.grid();
        int width = config.embedDim();
        PositionEmbeddings positions = PositionEmbeddings.loadTable(
                weights.at("position_embedding"), 1, grid.gridHeight(), grid.gridWidth(), width, Resampling.BICUBIC);
        Tensor classToken = weights.read("class_embedding", width).reshape(1, width);
        engine.machine().kernels().addScaled(1f, positions.prefix().data(), 0, classToken.data(), 0, width);
        PatchEmbedding patches = PatchEmbedding.load(
                engine,
                weights.at("patch_embedding"),
                width,
                config.numChannels(),
                grid.patchHeight(),
                grid.patchWidth(),
                false);
        return new ImageEmbeddings(grid, config.numChannels(), patches, classToken, positions);
    }

    private static PreNormBlock block(Engine engine, IdeficsVisionConfig config, StateDict weights) {
        StateDict attention = weights.at("self_attn");
        return new PreNormBlock(
                norm(config, weights.at("layer_norm1")),
                Attention.load(
                        engine,
                        config.attention(),
                        config.embedDim(),
                        AttentionWeights.biased(
                                attention.at("q_proj"),
                                attention.at("k_proj"),
                                attention.at("v_proj"),
                                attention.at("out_proj"))),
                norm(config, weights.at("layer_norm2")),
                FeedForward.load(
                        engine,
                        weights.at("mlp.fc1"),
                        weights.at("mlp.fc2"),
                        config.embedDim(),
                        config.intermediateSize(),
                        config.hiddenAct()));
    }

    private static LayerNorm norm(IdeficsVisionConfig config, StateDict weights) {
        return LayerNorm.load(weights, config.embedDim(), config.layerNormEps());
    }

    /**
     * What it makes of pictures.
     *
     * @param frame receives the result
     * @param pictures all of the trained size
     * @return {@code [pictures · tokens, embedDim]}: a sequence for each picture, which begins with the class token
     */
    Ragged forward(Frame frame, ImageBatch pictures) {
        int[] starts = embeddings.sequenceStarts(pictures, false);
        Tensor embedded = embeddings.forward(frame, pictures, starts); // [pictures · tokens, embedDim]
        preNorm.forward(frame.workspace(), embedded);
        return new Ragged(layers.forward(frame, embedded, starts, Recording.none(starts), Rows.ALL), starts);
    }
}
