package io.tesserae.family.modernbert;

import io.tesserae.engine.Engine;
import io.tesserae.family.modernbert.ModernBertConfig.Kind;
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
import io.tesserae.layer.GatedFeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Normalization;
import io.tesserae.layer.Recording;
import io.tesserae.layer.RotaryEmbedding;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.PreNormBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.model.Encoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;

/**
 * ModernBERT: Warner et al., arXiv 2412.13663; transformers' {@code ModernBertModel}.
 *
 * <p>Word embeddings are normalised, and have no positions: queries and keys are turned by theirs instead. Blocks normalise what they read,
 * but for the first one's attention, which reads what is normalised already; the feed-forward block has a gate. Some layers see the whole
 * sequence, the others a window. What transformers gives as the last of the hidden states has passed the last norm; so it is here.
 */
final class ModernBert extends Encoder {

    private final ModernBertConfig config;
    private final Embedding words;
    private final LayerNorm norm;
    private final TransformerStack layers;
    private final LayerNorm finalNorm;
    private final RotaryEmbedding globalTurns;
    private final RotaryEmbedding localTurns;

    private ModernBert(
            Engine engine,
            TensorSource source,
            ModernBertConfig config,
            Embedding words,
            LayerNorm norm,
            TransformerStack layers,
            LayerNorm finalNorm) {
        super(engine, source);
        this.config = config;
        this.words = words;
        this.norm = norm;
        this.layers = layers;
        this.finalNorm = finalNorm;
        this.globalTurns = RotaryEmbedding.of(config.headSize(), config.globalTheta(), RotaryEmbedding.Layout.HALVES);
        this.localTurns = RotaryEmbedding.of(config.headSize(), config.localTheta(), RotaryEmbedding.Layout.HALVES);
    }

    /** Loads the model. */
    static ModernBert load(Engine engine, ModernBertConfig config, StateDict weights, TensorSource source) {
        StateDict base = weights.at("model");
        StateDict embeddings = base.at("embeddings");
        Embedding words = Embedding.load(embeddings.at("tok_embeddings"), config.vocabSize(), config.hiddenSize());
        LayerNorm norm = norm(config, embeddings.at("norm"));
        LayerNorm finalNorm = norm(config, base.at("final_norm"));
        List<PreNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(block(engine, config, base.at("layers", layer), layer == 0));
        }
        return new ModernBert(engine, source, config, words, norm, new TransformerStack(layers), finalNorm);
    }

    private static PreNormBlock block(Engine engine, ModernBertConfig config, StateDict weights, boolean first) {
        int hidden = config.hiddenSize();
        int intermediate = config.intermediateSize();
        StateDict attention = weights.at("attn");
        StateDict mlp = weights.at("mlp");
        boolean biased = config.attentionBias();
        return new PreNormBlock(
                first ? Normalization.NONE : norm(config, weights.at("attn_norm")),
                Attention.load(
                        engine,
                        AttentionShape.of(config.numAttentionHeads(), config.headSize()),
                        hidden,
                        AttentionWeights.together(
                                new Projection(attention.at("Wqkv"), biased),
                                new Projection(attention.at("Wo"), biased))),
                norm(config, weights.at("mlp_norm")),
                GatedFeedForward.of(
                        Linear.load(engine, mlp.at("Wi"), 2 * intermediate, hidden, config.mlpBias()),
                        Linear.load(engine, mlp.at("Wo"), hidden, intermediate, config.mlpBias()),
                        config.hiddenActivation()));
    }

    /** A norm of the residual stream. */
    static LayerNorm norm(ModernBertConfig config, StateDict weights) {
        return LayerNorm.load(weights, config.hiddenSize(), config.normEps(), config.normBias());
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        return encode(frame, batch, Sight.EVERYTHING, recording, wanted);
    }

    @Override
    protected Tensor encodeSeeing(Frame frame, TokenBatch batch, int[] seen) {
        for (int s = 0; s < batch.sequences(); s++) {
            if (batch.length(s) - 1 - config.reach() >= seen[s]) {
                throw new IllegalArgumentException("sequence " + s + ": its last tokens see none of the " + seen[s]
                        + " that are seen, which are more than " + config.reach() + " away; fill up less");
            }
        }
        Recording nothing = Recording.none(batch.sequenceStarts());
        return encode(frame, batch, new Sight.Beginning(seen), nothing, Rows.ALL);
    }

    private Tensor encode(Frame frame, TokenBatch batch, Sight sight, Recording recording, Rows wanted) {
        requireKnown(batch);
        int hidden = config.hiddenSize();
        Tensor x = frame.tensor(batch.tokens(), hidden); // [tokens, hidden]
        for (int token = 0; token < batch.tokens(); token++) {
            words.lookUp(batch.inputIds()[token], x.data(), token * hidden);
        }
        norm.forward(frame.workspace(), x);
        Rows computed = recording.isOff() ? wanted : Rows.ALL;
        Tensor last =
                layers.forward(frame, x, batch.sequenceStarts(), options(frame, batch, sight), recording, computed);
        finalNorm.forward(frame.workspace(), last); // [rows computed, hidden]
        recording.replaceLastHiddenStates(last);
        return recording.isOff() ? last : wanted.gather(frame, last, batch.sequenceStarts());
    }

    /** What each layer's attention is asked. */
    private List<AttentionOptions> options(Frame frame, TokenBatch batch, Sight sight) {
        AttentionOptions global = new AttentionOptions(
                sight, ScoreBias.NONE, AttentionMaps.NONE, globalTurns.at(frame, batch.positionIds()));
        AttentionOptions local = new AttentionOptions(
                Neighbours.within(config.reach(), batch, sight),
                ScoreBias.NONE,
                AttentionMaps.NONE,
                localTurns.at(frame, batch.positionIds()));
        return config.layerKinds().stream()
                .map(kind -> kind == Kind.FULL_ATTENTION ? global : local)
                .toList();
    }

    @Override
    public ModernBertConfig config() {
        return config;
    }
}
