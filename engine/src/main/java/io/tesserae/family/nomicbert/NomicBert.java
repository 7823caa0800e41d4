package io.tesserae.family.nomicbert;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextEmbeddings;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Sight;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.AttentionWeights.Projection;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.FusedLinear;
import io.tesserae.layer.GatedFeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Pooler;
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
import java.util.Optional;

/**
 * NomicBERT: Nussbaum et al., arXiv 2402.01613; transformers' {@code NomicBertModel}.
 *
 * <p>A BERT without a table of positions: queries and keys are turned by theirs instead. Its feed-forward blocks have a gate, and no
 * linear layer of a block has a bias. Tensors may have the names of the published files or those of transformers' own modules.
 */
final class NomicBert extends Encoder {

    private final NomicBertConfig config;
    private final TextEmbeddings embeddings;
    private final TransformerStack layers;
    private final Optional<Pooler> pooler;

    private NomicBert(
            Engine engine,
            TensorSource source,
            NomicBertConfig config,
            TextEmbeddings embeddings,
            TransformerStack layers,
            Optional<Pooler> pooler) {
        super(engine, source);
        this.config = config;
        this.embeddings = embeddings;
        this.layers = layers;
        this.pooler = pooler;
    }

    /** Loads the model; with its pooler, which only the classifier of sequences has, or without. */
    static NomicBert load(
            Engine engine, NomicBertConfig config, StateDict weights, TensorSource source, boolean pooled) {
        StateDict base = weights.at(prefix(weights));
        int hidden = config.hiddenSize();
        Optional<Pooler> pooler =
                pooled ? Optional.of(Pooler.load(engine, base.at("pooler.dense"), hidden)) : Optional.empty();
        StateDict tables = base.at("embeddings");
        TextEmbeddings embeddings = new TextEmbeddings(
                Embedding.load(tables.at("word_embeddings"), config.vocabSize(), hidden),
                Optional.of(tables.read("token_type_embeddings.weight", config.typeVocabSize(), hidden)),
                Optional.empty(),
                norm(config, base.atEither("emb_ln", "embeddings.LayerNorm")));
        List<PostNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            StateDict block = base.atEither("encoder.layers." + layer, "layers." + layer);
            layers.add(block(engine, config, block));
        }
        return new NomicBert(engine, source, config, embeddings, new TransformerStack(layers), pooler);
    }

    /** What the names of the base model begin with: in files of the code that it was published with, such as nomic-bert-2048, {@code bert}. */
    static String prefix(StateDict weights) {
        return weights.contains("bert") ? "bert" : "nomic_bert";
    }

    private static PostNormBlock block(Engine engine, NomicBertConfig config, StateDict weights) {
        AttentionShape heads = AttentionShape.of(config.numAttentionHeads(), config.headDim());
        return new PostNormBlock(
                Attention.load(engine, heads, config.hiddenSize(), attention(weights)),
                norm(config, weights.atEither("norm1", "post_attention_layernorm")),
                feedForward(engine, config, weights.at("mlp")),
                norm(config, weights.atEither("norm2", "post_mlp_layernorm")));
    }

    private static AttentionWeights attention(StateDict weights) {
        StateDict published = weights.at("attn");
        StateDict own = weights.at("self_attn");
        if (own.contains("q_proj")) {
            return AttentionWeights.of(
                    own.at("q_proj"), own.at("k_proj"), own.at("v_proj"), own.at("o_proj"), false, false);
        }
        return AttentionWeights.together(
                new Projection(published.at("Wqkv"), false), new Projection(published.at("out_proj"), false));
    }

    private static GatedFeedForward feedForward(Engine engine, NomicBertConfig config, StateDict mlp) {
        int hidden = config.hiddenSize();
        int intermediate = config.intermediateSize();
        StateDict gate = mlp.atEither("fc12", "gate_proj");
        StateDict up = mlp.atEither("fc11", "up_proj");
        return GatedFeedForward.of(
                FusedLinear.load(engine, intermediate, hidden, false, gate, up),
                Linear.load(engine, mlp.atEither("fc2", "down_proj"), hidden, intermediate, false),
                config.hiddenAct());
    }

    private static LayerNorm norm(NomicBertConfig config, StateDict weights) {
        return LayerNorm.load(weights, config.hiddenSize(), config.layerNormEps());
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        embeddings.requireKnownTypes(batch);
        Tensor x = frame.tensor(batch.tokens(), config.hiddenSize()); // [tokens, hidden]
        embeddings.forward(frame.workspace(), batch, batch.positionIds(), x);
        AttentionOptions options = new AttentionOptions(
                Sight.EVERYTHING,
                ScoreBias.NONE,
                AttentionMaps.NONE,
                config.rope().at(frame, batch.positionIds()));
        return layers.forward(frame, x, batch.sequenceStarts(), options, recording, wanted);
    }

    @Override
    protected Optional<Pooler> pooler() {
        return pooler;
    }

    @Override
    public NomicBertConfig config() {
        return config;
    }
}
