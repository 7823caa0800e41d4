package io.tesserae.family.gpt2;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.AttentionWeights.Projection;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.PreNormBlock;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.TransformerStack;
import io.tesserae.model.Encoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019; transformers' {@code GPT2Model}.
 *
 * <p>Word and position embeddings are added; then come transformer blocks in pre-norm order, whose attention sees no later token, and a
 * last norm. What transformers gives as the last of the hidden states has passed that norm; so it is here.
 *
 * <p>Its linear layers are stored the other way round than others', as {@code Conv1D}: {@link StateDict#transposed}.
 */
final class Gpt2 extends Encoder {

    private final Gpt2Config config;
    private final Embeddings embeddings;
    private final TransformerStack h;
    private final LayerNorm lnF;

    private Gpt2(
            Engine engine,
            TensorSource source,
            Gpt2Config config,
            Embeddings embeddings,
            TransformerStack h,
            LayerNorm lnF) {
        super(engine, source);
        this.config = config;
        this.embeddings = embeddings;
        this.h = h;
        this.lnF = lnF;
    }

    static Gpt2 load(Engine engine, Gpt2Config config, StateDict weights, TensorSource source) {
        StateDict base = weights.at("transformer");
        Embeddings embeddings = Embeddings.load(config, base);
        LayerNorm lnF = LayerNorm.load(base.at("ln_f"), config.nEmbd(), config.layerNormEpsilon());
        List<PreNormBlock> h = new ArrayList<>();
        for (int layer = 0; layer < config.nLayer(); layer++) {
            h.add(block(engine, config, layer, base.at("h", layer)));
        }
        return new Gpt2(engine, source, config, embeddings, new TransformerStack(h), lnF);
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        requireNoTypes(batch);
        int[] starts = batch.sequenceStarts();
        Tensor x = frame.tensor(batch.tokens(), config.nEmbd()); // [tokens, n_embd]
        embeddings.forward(frame.workspace(), batch, x);
        Rows computed = recording.isOff() ? wanted : Rows.ALL;
        Tensor last = h.forward(frame, x, starts, AttentionOptions.CAUSAL, recording, computed);
        lnF.forward(frame.workspace(), last); // [rows computed, n_embd]
        recording.replaceLastHiddenStates(last);
        return recording.isOff() ? last : wanted.gather(frame, last, starts);
    }

    /** A token type that is given, the reference looks up among the words. Its tokenizer gives none. */
    private static void requireNoTypes(TokenBatch batch) {
        for (int type : batch.tokenTypeIds()) {
            if (type != 0) {
                throw new IllegalArgumentException(
                        "token type " + type + ": GPT-2 has no token types; leave them out, or give zeros");
            }
        }
    }

    @Override
    public Gpt2Config config() {
        return config;
    }

    /**
     * x = wte + wpe.
     *
     * @param wte of words
     * @param wpe of positions, {@code [n_positions, n_embd]}
     */
    private record Embeddings(Embedding wte, Tensor wpe) {

        static Embeddings load(Gpt2Config config, StateDict weights) {
            return new Embeddings(
                    Embedding.load(weights.at("wte"), config.vocabSize(), config.nEmbd()),
                    weights.read("wpe.weight", config.nPositions(), config.nEmbd()));
        }

        /** Fills x {@code [tokens, n_embd]}. */
        void forward(Workspace workspace, TokenBatch batch, Tensor x) {
            int width = x.dimension(1);
            for (int token = 0; token < batch.tokens(); token++) {
                wte.lookUp(batch.inputIds()[token], x.data(), token * width);
                int position = batch.positionIds()[token] * width;
                workspace.machine().kernels().addScaled(1f, wpe.data(), position, x.data(), token * width, width);
            }
        }
    }

    private static PreNormBlock block(Engine engine, Gpt2Config config, int layer, StateDict weights) {
        int width = config.nEmbd();
        StateDict attn = weights.at("attn").transposed();
        StateDict mlp = weights.at("mlp").transposed();
        return new PreNormBlock(
                LayerNorm.load(weights.at("ln_1"), width, config.layerNormEpsilon()),
                Attention.load(
                        engine,
                        config.attention(layer),
                        width,
                        AttentionWeights.together(
                                new Projection(attn.at("c_attn"), true), new Projection(attn.at("c_proj"), true))),
                LayerNorm.load(weights.at("ln_2"), width, config.layerNormEpsilon()),
                FeedForward.load(
                        engine, mlp.at("c_fc"), mlp.at("c_proj"), width, config.nInner(), config.activationFunction()));
    }
}
