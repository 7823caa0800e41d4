package io.tesserae.family.dinov2;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.ImageEmbeddings;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.GatedFeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.MultiHeadAttention;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Resampling;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * DINOv2: Oquab et al., arXiv 2304.07193; transformers' {@code Dinov2Model}.
 *
 * <p>A ViT whose every branch is scaled, channel by channel, before it joins the residual stream (layer scale), and whose
 * largest size has a gate in its feed-forward blocks (SwiGLU). Pictures may have any size that holds a patch: positions are
 * always interpolated. The pooled output is the class token after the last layer norm.
 *
 * <p>The later variant with registers (Darcet et al., arXiv 2309.16588; {@code Dinov2WithRegistersModel}) has some more tokens
 * behind the class token, without positions, for the network to keep its notes in; and its positions are interpolated with
 * antialiasing.
 */
final class Dinov2 extends ImageEncoder {

    private static final List<String> CLASS_TOKEN = List.of("cls_token");

    private final Dinov2Config config;
    private final ImageEmbeddings embeddings;
    private final List<TransformerBlock> layers;
    private final LayerNorm layernorm;

    private Dinov2(
            Engine engine,
            Dinov2Config config,
            ImageEmbeddings embeddings,
            List<TransformerBlock> layers,
            LayerNorm layernorm) {
        super(engine);
        this.config = config;
        this.embeddings = embeddings;
        this.layers = layers;
        this.layernorm = layernorm;
    }

    static Dinov2 load(Engine engine, Dinov2Config config, StateDict base) {
        ImageEmbeddings embeddings = ImageEmbeddings.load(
                engine,
                base.at("embeddings"),
                config.grid(),
                config.numChannels(),
                config.hiddenSize(),
                CLASS_TOKEN,
                registers(config, base.at("embeddings")),
                config.withRegisters() ? Resampling.ANTIALIASED_BICUBIC : Resampling.BICUBIC);
        List<TransformerBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(TransformerBlock.load(engine, config, base.at("encoder.layer", layer)));
        }
        LayerNorm layernorm = LayerNorm.load(base.at("layernorm"), config.hiddenSize(), config.layerNormEps());
        return new Dinov2(engine, config, embeddings, List.copyOf(layers), layernorm);
    }

    /** {@code [registers, hidden]}; no rows in the original. */
    private static Tensor registers(Dinov2Config config, StateDict weights) {
        int registers = config.numRegisterTokens();
        return config.withRegisters()
                ? weights.read("register_tokens", 1, registers, config.hiddenSize())
                        .reshape(registers, config.hiddenSize())
                : Tensor.zeros(0, config.hiddenSize());
    }

    /** The classifier may lie beside the base model, and so may the mask token of the training. */
    static boolean belongsToSomeHead(String name) {
        return name.matches("(dinov2(_with_registers)?\\.)?embeddings\\.mask_token|classifier\\.(weight|bias)");
    }

    /** Positions are always interpolated. */
    @Override
    protected int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        return embeddings.sequenceStarts(batch, true);
    }

    @Override
    public Tensor encode(Workspace workspace, ImageBatch batch, int[] sequenceStarts, Recording recording) {
        Tensor x = embeddings.forward(workspace, batch, sequenceStarts); // [tokens, hidden]
        recording.hiddenStates(x);
        for (TransformerBlock layer : layers) {
            layer.forward(workspace, x, sequenceStarts, recording.attentions());
            recording.hiddenStates(x);
        }
        layernorm.forward(workspace, x);
        return x;
    }

    /** The pooled output is the class token itself. */
    @Override
    protected Tensor pool(Workspace workspace, Tensor classTokens) {
        return classTokens;
    }

    @Override
    public ImageGrid grid() {
        return config.grid();
    }

    @Override
    public int channels() {
        return config.numChannels();
    }

    @Override
    public boolean hasPooler() {
        return true;
    }

    @Override
    public int prefixTokens() {
        return embeddings.prefixTokens();
    }

    @Override
    public int heads() {
        return config.numAttentionHeads();
    }

    @Override
    public int layers() {
        return config.numHiddenLayers();
    }

    @Override
    public int hiddenSize() {
        return config.hiddenSize();
    }

    /** The feed-forward block of one size or the other. */
    @FunctionalInterface
    private interface Mlp {

        void forward(Workspace workspace, Tensor x, Epilogue epilogue, Tensor out);

        static Mlp load(Engine engine, Dinov2Config config, StateDict weights) {
            int hidden = config.hiddenSize();
            int intermediate = config.intermediateSize();
            if (!config.useSwigluFfn()) {
                return FeedForward.load(
                                engine, weights.at("fc1"), weights.at("fc2"), hidden, intermediate, config.hiddenAct())
                        ::forward;
            }
            StateDict down = weights.atEither("weights_out", "down_proj");
            if (weights.contains("gate_proj")) {
                return GatedFeedForward.load(
                        engine, weights.at("gate_proj"), weights.at("up_proj"), down, hidden, intermediate)::forward;
            }
            return GatedFeedForward.load(engine, weights.at("weights_in"), down, hidden, intermediate)::forward;
        }
    }

    /** x = x + scale · attention(LayerNorm(x)); x = x + scale · feedForward(LayerNorm(x)), each with scales of its own. */
    private record TransformerBlock(
            LayerNorm norm1,
            MultiHeadAttention attention,
            float[] layerScale1, // [hidden]
            LayerNorm norm2,
            Mlp mlp,
            float[] layerScale2) { // [hidden]

        static TransformerBlock load(Engine engine, Dinov2Config config, StateDict weights) {
            StateDict attention = weights.at("attention");
            int hidden = config.hiddenSize();
            return new TransformerBlock(
                    LayerNorm.load(weights.at("norm1"), hidden, config.layerNormEps()),
                    MultiHeadAttention.load(
                            engine,
                            attention.atEither("attention.query", "q_proj"),
                            attention.atEither("attention.key", "k_proj"),
                            attention.atEither("attention.value", "v_proj"),
                            attention.atEither("output.dense", "o_proj"),
                            hidden,
                            config.numAttentionHeads(),
                            config.qkvBias()),
                    weights.read("layer_scale1.lambda1", hidden).data(),
                    LayerNorm.load(weights.at("norm2"), hidden, config.layerNormEps()),
                    Mlp.load(engine, config, weights.at("mlp")),
                    weights.read("layer_scale2.lambda1", hidden).data());
        }

        /** Replaces x {@code [tokens, hidden]} by the block's output. */
        void forward(Workspace workspace, Tensor x, int[] sequenceStarts, float[][] probabilities) {
            Tensor normalized = workspace.tensor(Workspace.Use.NORMALIZED, x.shape()); // [tokens, hidden]
            Tensor attended = workspace.tensor(Workspace.Use.ATTENDED, x.shape()); // [tokens, hidden]
            norm1.forward(workspace, x, normalized);
            attention.forward(
                    workspace,
                    normalized,
                    sequenceStarts,
                    probabilities,
                    new Epilogue.ScaleAddResidual(layerScale1, x.data()),
                    attended);
            norm2.forward(workspace, attended, normalized);
            mlp.forward(workspace, normalized, new Epilogue.ScaleAddResidual(layerScale2, attended.data()), x);
        }
    }
}
