package io.tesserae.training.family;

import io.tesserae.kernel.AttentionShape;
import io.tesserae.tensor.Activation;
import io.tesserae.training.layer.Attention;
import io.tesserae.training.layer.Dropout;
import io.tesserae.training.layer.FeedForward;
import io.tesserae.training.layer.LayerNorm;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.PostNormBlock;
import io.tesserae.training.layer.ScaledDotProduct;
import io.tesserae.training.tape.Parameters;
import java.util.ArrayList;
import java.util.List;

/**
 * The transformer blocks of BERT by the names of their tensors, which later families took over.
 *
 * @param hiddenSize width of the residual stream
 * @param attentionHeads of a block
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param activation of the feed-forward blocks
 * @param epsilon of the layer norms
 * @param hiddenDropout of what joins the residual stream
 * @param attentionDropout of the probabilities of attention
 */
record BertBlocks(
        int hiddenSize,
        int attentionHeads,
        int intermediateSize,
        Activation activation,
        float epsilon,
        double hiddenDropout,
        double attentionDropout) {

    /** All blocks, {@code layer.0} and on. */
    List<PostNormBlock> all(Parameters parameters, int layers) {
        List<PostNormBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            blocks.add(block(parameters.at("layer", layer)));
        }
        return blocks;
    }

    private PostNormBlock block(Parameters parameters) {
        Parameters self = parameters.at("attention.self");
        Parameters attentionOutput = parameters.at("attention.output");
        return new PostNormBlock(
                new Attention(
                        Linear.of(self.at("query"), hiddenSize, hiddenSize),
                        Linear.of(self.at("key"), hiddenSize, hiddenSize),
                        Linear.of(self.at("value"), hiddenSize, hiddenSize),
                        new ScaledDotProduct(
                                AttentionShape.of(attentionHeads, hiddenSize / attentionHeads),
                                Dropout.of(parameters, attentionDropout)),
                        Linear.of(attentionOutput.at("dense"), hiddenSize, hiddenSize)),
                Dropout.of(parameters, hiddenDropout),
                LayerNorm.of(attentionOutput.at("LayerNorm"), hiddenSize, epsilon),
                new FeedForward(
                        Linear.of(parameters.at("intermediate.dense"), intermediateSize, hiddenSize),
                        activation,
                        Linear.of(parameters.at("output.dense"), hiddenSize, intermediateSize)),
                Dropout.of(parameters, hiddenDropout),
                LayerNorm.of(parameters.at("output.LayerNorm"), hiddenSize, epsilon));
    }
}
