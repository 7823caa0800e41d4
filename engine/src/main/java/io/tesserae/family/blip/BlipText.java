package io.tesserae.family.blip;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextEmbeddings;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.CrossAttention;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.layer.decoder.PostNormDecoderBlock;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What BLIP's encoder and decoder of texts have in common: Li et al., arXiv 2201.12086, section 3.1; transformers' {@code BlipTextModel}.
 * It is a BERT without token types, whose blocks look at a memory between self-attention and the feed-forward block.
 *
 * @param embeddings x = LayerNorm(word + position)
 * @param layers the blocks
 */
record BlipText(TextEmbeddings embeddings, DecoderStack layers) {

    /**
     * Loads the embeddings and the blocks.
     *
     * @param memoryWidth width of the rows that are looked at: the vision side's
     * @param weights what has {@code embeddings} and {@code encoder} below it
     */
    static BlipText load(Engine engine, BlipTextConfig config, int memoryWidth, StateDict weights) {
        TextEmbeddings.Sizes sizes = new TextEmbeddings.Sizes(config.vocabSize(), 0, config.maxPositionEmbeddings());
        TextEmbeddings embeddings =
                TextEmbeddings.load(weights.at("embeddings"), sizes, config.hiddenSize(), config.layerNormEps());
        List<PostNormDecoderBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            blocks.add(block(engine, config, memoryWidth, weights.at("encoder.layer", layer)));
        }
        return new BlipText(embeddings, new DecoderStack(blocks));
    }

    private static PostNormDecoderBlock block(
            Engine engine, BlipTextConfig config, int memoryWidth, StateDict weights) {
        int hidden = config.hiddenSize();
        AttentionShape shape = config.attention();
        StateDict self = weights.at("attention");
        StateDict cross = weights.at("crossattention");
        return new PostNormDecoderBlock(
                Attention.load(engine, shape, hidden, projections(self)),
                LayerNorm.load(self.at("output.LayerNorm"), hidden, config.layerNormEps()),
                Optional.of(CrossAttention.load(engine, shape, hidden, memoryWidth, projections(cross))),
                Optional.of(LayerNorm.load(cross.at("output.LayerNorm"), hidden, config.layerNormEps())),
                FeedForward.load(
                        engine,
                        weights.at("intermediate.dense"),
                        weights.at("output.dense"),
                        hidden,
                        config.intermediateSize(),
                        config.hiddenAct()),
                LayerNorm.load(weights.at("output.LayerNorm"), hidden, config.layerNormEps()));
    }

    private static AttentionWeights projections(StateDict weights) {
        return AttentionWeights.biased(
                weights.at("self.query"), weights.at("self.key"), weights.at("self.value"), weights.at("output.dense"));
    }

    /**
     * The hidden states after the last block.
     *
     * @param frame receives the result
     * @return {@code [rows wanted, hidden]}
     */
    Tensor forward(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
        int hidden = embeddings.positions().orElseThrow().dimension(1);
        Tensor x = frame.tensor(batch.tokens(), hidden); // [tokens, hidden]
        embeddings.forward(frame.workspace(), batch, batch.positionIds(), x);
        return layers.forward(frame, x, pass, wanted);
    }
}
