package io.tesserae.family.common;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.block.PostNormBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import java.util.ArrayList;
import java.util.List;

/**
 * The transformer block of BERT by the names of its tensors, which later families took over.
 *
 * @param hiddenSize width of the residual stream
 * @param attentionHeads of a block; they divide the width
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param activation of the feed-forward blocks
 * @param epsilon of the layer norms
 */
public record BertBlock(
        int hiddenSize, int attentionHeads, int intermediateSize, Activation activation, float epsilon) {

    /** Loads a model's blocks, {@code layer.0} and on. */
    public TransformerStack loadAll(Engine engine, int layers, StateDict weights) {
        List<PostNormBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            blocks.add(load(engine, weights.at("layer", layer)));
        }
        return new TransformerStack(blocks);
    }

    private PostNormBlock load(Engine engine, StateDict weights) {
        StateDict self = weights.at("attention.self");
        StateDict attentionOutput = weights.at("attention.output");
        return new PostNormBlock(
                Attention.load(
                        engine,
                        AttentionShape.of(attentionHeads, hiddenSize / attentionHeads),
                        hiddenSize,
                        AttentionWeights.biased(
                                self.at("query"), self.at("key"), self.at("value"), attentionOutput.at("dense"))),
                LayerNorm.load(attentionOutput.at("LayerNorm"), hiddenSize, epsilon),
                FeedForward.load(
                        engine,
                        weights.at("intermediate.dense"),
                        weights.at("output.dense"),
                        hiddenSize,
                        intermediateSize,
                        activation),
                LayerNorm.load(weights.at("output.LayerNorm"), hiddenSize, epsilon));
    }
}
