package io.tesserae.family.debertav2;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.DisentangledBias;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.PostNormBlock;
import io.tesserae.layer.block.TransformerBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.model.Encoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * DeBERTa-v2: He et al., arXiv 2006.03654; transformers' {@code DebertaV2Model}. DeBERTa-v3 (arXiv 2111.09543) is one that was trained
 * otherwise.
 *
 * <p>Blocks are BERT's, but for the scores of attention: to what a query makes of a key comes what the query makes of the distance between
 * them, and what the key does ({@link DisentangledBias}). All layers share the distances' embeddings.
 */
final class DebertaV2 extends Encoder {

    private final DebertaV2Config config;
    private final DebertaV2Embeddings embeddings;
    private final List<PostNormBlock> blocks;
    private final Optional<TextConvolution> convolution;
    private final List<DistanceContent> distances; // of each block; none where attention sees no distances
    private final int[] rowOfDistance; // likewise

    private DebertaV2(
            Engine engine,
            TensorSource source,
            DebertaV2Config config,
            DebertaV2Embeddings embeddings,
            List<PostNormBlock> blocks,
            Optional<TextConvolution> convolution,
            List<DistanceContent> distances) {
        super(engine, source);
        this.config = config;
        this.embeddings = embeddings;
        this.blocks = blocks;
        this.convolution = convolution;
        this.distances = distances;
        this.rowOfDistance = config.distances()
                .map(some -> RelativePositions.rows(some, config.maxPositionEmbeddings()))
                .orElse(new int[0]);
    }

    /** Loads the model. */
    static DebertaV2 load(Engine engine, DebertaV2Config config, StateDict weights, TensorSource source) {
        StateDict base = weights.at("deberta");
        StateDict encoder = base.at("encoder");
        DebertaV2Embeddings embeddings = DebertaV2Embeddings.load(engine, config, base.at("embeddings"));
        Optional<TextConvolution> convolution =
                config.convolution().map(some -> TextConvolution.load(engine, config, some, encoder.at("conv")));
        Optional<Tensor> ofDistances = config.distances().map(_ -> DistanceContent.embeddings(engine, config, encoder));
        List<PostNormBlock> blocks = new ArrayList<>();
        List<DistanceContent> distances = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            StateDict ofLayer = encoder.at("layer", layer);
            PostNormBlock block = block(engine, config, ofLayer);
            blocks.add(block);
            if (ofDistances.isPresent()) {
                distances.add(DistanceContent.load(
                        engine,
                        config,
                        ofDistances.get(),
                        block.attention().projections(),
                        ofLayer.at("attention.self")));
            }
        }
        return new DebertaV2(
                engine, source, config, embeddings, List.copyOf(blocks), convolution, List.copyOf(distances));
    }

    private static PostNormBlock block(Engine engine, DebertaV2Config config, StateDict weights) {
        StateDict self = weights.at("attention.self");
        StateDict attentionOutput = weights.at("attention.output");
        int hidden = config.hiddenSize();
        int heads = config.numAttentionHeads();
        float scale = (float)
                (1 / Math.sqrt((double) config.headSize() * config.parts().count()));
        return new PostNormBlock(
                Attention.load(
                        engine,
                        new AttentionShape(heads, heads, config.headSize(), config.headSize(), scale),
                        hidden,
                        AttentionWeights.biased(
                                self.at("query_proj"),
                                self.at("key_proj"),
                                self.at("value_proj"),
                                attentionOutput.at("dense"))),
                LayerNorm.load(attentionOutput.at("LayerNorm"), hidden, config.layerNormEps()),
                FeedForward.load(
                        engine,
                        weights.at("intermediate.dense"),
                        weights.at("output.dense"),
                        hidden,
                        config.intermediateSize(),
                        config.hiddenAct()),
                LayerNorm.load(weights.at("output.LayerNorm"), hidden, config.layerNormEps()));
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        Tensor x = frame.tensor(batch.tokens(), config.hiddenSize()); // [tokens, hidden]
        embeddings.forward(frame.workspace(), batch, x);
        List<TransformerBlock> layers = new ArrayList<>(blocks);
        if (convolution.isPresent() && !layers.isEmpty()) {
            layers.set(0, convolution.get().beside(layers.getFirst(), batch));
        }
        return new TransformerStack(layers)
                .forward(frame, x, batch.sequenceStarts(), options(batch), recording, wanted);
    }

    /** What each layer's attention is asked. */
    private List<AttentionOptions> options(TokenBatch batch) {
        if (config.distances().isEmpty() || config.parts().count() == 1) {
            return Collections.nCopies(blocks.size(), AttentionOptions.NONE);
        }
        int rows = 2 * config.distances().get().span();
        int[][] positions = RelativePositions.positions(batch);
        return distances.stream()
                .map(own -> AttentionOptions.biased(
                        new DisentangledBias(own.keys(), own.queries(), rows, rowOfDistance, positions)))
                .toList();
    }

    @Override
    public DebertaV2Config config() {
        return config;
    }
}
