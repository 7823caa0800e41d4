package io.tesserae.family.distilbert;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
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

/**
 * DistilBERT, a smaller BERT: Sanh et al., arXiv 1910.01108; transformers' {@code DistilBertModel}.
 *
 * <p>Word and position embeddings are added and normalised; then come transformer blocks in the original, post-norm order:
 * attention, add, normalise, feed forward, add, normalise. There are no token types and there is no pooler.
 */
final class DistilBert extends Encoder {

    private final DistilBertConfig config;
    private final Embeddings embeddings;
    private final TransformerStack layers;

    private DistilBert(
            Engine engine,
            TensorSource source,
            DistilBertConfig config,
            Embeddings embeddings,
            TransformerStack layers) {
        super(engine, source);
        this.config = config;
        this.embeddings = embeddings;
        this.layers = layers;
    }

    static DistilBert load(Engine engine, DistilBertConfig config, StateDict weights, TensorSource source) {
        StateDict base = weights.at("distilbert");
        Embeddings embeddings = Embeddings.load(config, base.at("embeddings"));
        List<PostNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.nLayers(); layer++) {
            layers.add(block(engine, config, base.at("transformer.layer", layer)));
        }
        return new DistilBert(engine, source, config, embeddings, new TransformerStack(layers));
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        Tensor x = frame.tensor(batch.tokens(), config.dim()); // [tokens, dim]
        embeddings.forward(frame.workspace(), batch, x);
        return layers.forward(frame, x, batch.sequenceStarts(), recording, wanted);
    }

    @Override
    public DistilBertConfig config() {
        return config;
    }

    /** x = LayerNorm(word + position). */
    private record Embeddings(Embedding wordEmbeddings, Tensor positionEmbeddings, LayerNorm layerNorm) {

        static Embeddings load(DistilBertConfig config, StateDict weights) {
            return new Embeddings(
                    Embedding.load(weights.at("word_embeddings"), config.vocabSize(), config.dim()),
                    weights.read("position_embeddings.weight", config.maxPositionEmbeddings(), config.dim()),
                    LayerNorm.load(weights.at("LayerNorm"), config.dim(), DistilBertConfig.EPSILON));
        }

        /** Fills x {@code [tokens, dim]}. */
        void forward(Workspace workspace, TokenBatch batch, Tensor x) {
            int dim = x.dimension(1);
            for (int token = 0; token < batch.tokens(); token++) {
                wordEmbeddings.lookUp(batch.inputIds()[token], x.data(), token * dim);
                int position = batch.positionIds()[token] * dim;
                workspace
                        .machine()
                        .kernels()
                        .addScaled(1f, positionEmbeddings.data(), position, x.data(), token * dim, dim);
            }
            layerNorm.forward(workspace, x);
        }
    }

    private static PostNormBlock block(Engine engine, DistilBertConfig config, StateDict weights) {
        StateDict attention = weights.at("attention");
        StateDict ffn = weights.at("ffn");
        return new PostNormBlock(
                Attention.load(
                        engine,
                        AttentionShape.of(config.nHeads(), config.dim() / config.nHeads()),
                        config.dim(),
                        AttentionWeights.biased(
                                attention.at("q_lin"),
                                attention.at("k_lin"),
                                attention.at("v_lin"),
                                attention.at("out_lin"))),
                LayerNorm.load(weights.at("sa_layer_norm"), config.dim(), DistilBertConfig.EPSILON),
                FeedForward.load(
                        engine, ffn.at("lin1"), ffn.at("lin2"), config.dim(), config.hiddenDim(), config.activation()),
                LayerNorm.load(weights.at("output_layer_norm"), config.dim(), DistilBertConfig.EPSILON));
    }
}
