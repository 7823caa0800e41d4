package io.tesserae.family.bert;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Pooler;
import io.tesserae.layer.PostNormBlock;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.TransformerStack;
import io.tesserae.model.Encoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * BERT: Devlin et al., arXiv 1810.04805; transformers' {@code BertModel}. Most sentence encoders are one.
 *
 * <p>Word, token type and position embeddings are added and normalised; then come transformer blocks in the original,
 * post-norm order: attention, add, normalise, feed forward, add, normalise. A pooler makes one vector of a sequence from
 * its first token; checkpoints without one have no {@code poolerOutput}, and load all the same.
 */
final class Bert extends Encoder {

    private final BertConfig config;
    private final Embeddings embeddings;
    private final TransformerStack layers;
    private final Optional<Pooler> pooler;

    private Bert(
            Engine engine,
            TensorSource source,
            BertConfig config,
            Embeddings embeddings,
            TransformerStack layers,
            Optional<Pooler> pooler) {
        super(engine, source);
        this.config = config;
        this.embeddings = embeddings;
        this.layers = layers;
        this.pooler = pooler;
    }

    /** Loads the model with or without the pooler that a checkpoint may have. */
    static Bert load(Engine engine, BertConfig config, StateDict weights, TensorSource source, boolean pooled) {
        StateDict base = weights.at("bert");
        // The pooler first: a checkpoint that lacks it is refused before anything large is read.
        Optional<Pooler> pooler =
                pooled ? Optional.of(loadPooler(engine, config, base.at("pooler"))) : Optional.empty();
        Embeddings embeddings = Embeddings.load(config, base.at("embeddings"));
        List<PostNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(block(engine, config, base.at("encoder.layer", layer)));
        }
        return new Bert(engine, source, config, embeddings, new TransformerStack(layers), pooler);
    }

    private static Pooler loadPooler(Engine engine, BertConfig config, StateDict weights) {
        int hidden = config.hiddenSize();
        return new Pooler(Linear.load(engine, weights.at("dense"), hidden, hidden), Activation.TANH);
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        requireKnownTypes(batch);
        Tensor x = frame.tensor(batch.tokens(), config.hiddenSize()); // [tokens, hidden]
        embeddings.forward(frame.workspace(), batch, x);
        return layers.forward(frame, x, batch.sequenceStarts(), recording, wanted);
    }

    @Override
    protected Optional<Pooler> pooler() {
        return pooler;
    }

    private void requireKnownTypes(TokenBatch batch) {
        for (int type : batch.tokenTypeIds()) {
            if (type < 0 || type >= config.typeVocabSize()) {
                throw new IllegalArgumentException("token type " + type + " is outside the model's table of "
                        + config.typeVocabSize() + " token types"
                        + (config.typeVocabSize() == 1 ? "; it takes single texts, and no pairs" : ""));
            }
        }
    }

    @Override
    public BertConfig config() {
        return config;
    }

    /** x = LayerNorm(word + tokenType + position). */
    private record Embeddings(
            Embedding wordEmbeddings, Tensor tokenTypeEmbeddings, Tensor positionEmbeddings, LayerNorm layerNorm) {

        static Embeddings load(BertConfig config, StateDict weights) {
            int hidden = config.hiddenSize();
            return new Embeddings(
                    Embedding.load(weights.at("word_embeddings"), config.vocabSize(), hidden),
                    weights.read("token_type_embeddings.weight", config.typeVocabSize(), hidden),
                    weights.read("position_embeddings.weight", config.maxPositionEmbeddings(), hidden),
                    LayerNorm.load(weights.at("LayerNorm"), hidden, config.layerNormEps()));
        }

        /** Fills x {@code [tokens, hidden]}. */
        void forward(Workspace workspace, TokenBatch batch, Tensor x) {
            int hidden = x.dimension(1);
            for (int token = 0; token < batch.tokens(); token++) {
                wordEmbeddings.lookUp(batch.inputIds()[token], x.data(), token * hidden);
                add(workspace, tokenTypeEmbeddings, batch.tokenTypeIds()[token], x, token);
                add(workspace, positionEmbeddings, batch.positionIds()[token], x, token);
            }
            layerNorm.forward(workspace, x);
        }

        private static void add(Workspace workspace, Tensor table, int index, Tensor x, int token) {
            int hidden = x.dimension(1);
            workspace.machine().kernels().addScaled(1f, table.data(), index * hidden, x.data(), token * hidden, hidden);
        }
    }

    private static PostNormBlock block(Engine engine, BertConfig config, StateDict weights) {
        StateDict self = weights.at("attention.self");
        StateDict attentionOutput = weights.at("attention.output");
        int hidden = config.hiddenSize();
        return new PostNormBlock(
                Attention.load(
                        engine,
                        AttentionShape.of(config.numAttentionHeads(), hidden / config.numAttentionHeads()),
                        hidden,
                        AttentionWeights.biased(
                                self.at("query"), self.at("key"), self.at("value"), attentionOutput.at("dense"))),
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
}
