package io.tesserae.family.dinov2;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.ImageEmbeddings;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.GatedFeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.PositionWise;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Resampling;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.PreNormBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    private final TransformerStack layers;
    private final LayerNorm layernorm;

    private Dinov2(
            Engine engine,
            Dinov2Config config,
            ImageEmbeddings embeddings,
            TransformerStack layers,
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
                new ImageEmbeddings.Names(CLASS_TOKEN),
                registers(config, base.at("embeddings")),
                config.withRegisters() ? Resampling.ANTIALIASED_BICUBIC : Resampling.BICUBIC);
        List<PreNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(block(engine, config, base.at("encoder.layer", layer)));
        }
        LayerNorm layernorm = LayerNorm.load(base.at("layernorm"), config.hiddenSize(), config.layerNormEps());
        return new Dinov2(engine, config, embeddings, new TransformerStack(layers), layernorm);
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
    public Tensor encode(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted) {
        Tensor embedded = embeddings.forward(frame, batch, sequenceStarts); // [tokens, hidden]
        Tensor x = layers.forward(frame, embedded, sequenceStarts, recording, wanted); // [rows wanted, hidden]
        layernorm.forward(frame.workspace(), x);
        return x;
    }

    /** The pooled output is the class token itself. */
    @Override
    protected Tensor pool(Frame frame, Ragged classTokens) {
        return classTokens.rows();
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

    /** Every branch with layer scale. */
    private static PreNormBlock block(Engine engine, Dinov2Config config, StateDict weights) {
        StateDict attention = weights.at("attention");
        int hidden = config.hiddenSize();
        return new PreNormBlock(
                LayerNorm.load(weights.at("norm1"), hidden, config.layerNormEps()),
                Attention.load(
                        engine,
                        AttentionShape.of(config.numAttentionHeads(), hidden / config.numAttentionHeads()),
                        hidden,
                        AttentionWeights.of(
                                attention.atEither("attention.query", "q_proj"),
                                attention.atEither("attention.key", "k_proj"),
                                attention.atEither("attention.value", "v_proj"),
                                attention.atEither("output.dense", "o_proj"),
                                config.qkvBias(),
                                true)),
                Optional.of(weights.read("layer_scale1.lambda1", hidden).data()),
                LayerNorm.load(weights.at("norm2"), hidden, config.layerNormEps()),
                mlp(engine, config, weights.at("mlp")),
                Optional.of(weights.read("layer_scale2.lambda1", hidden).data()));
    }

    /** The feed-forward block of one size or the other. */
    private static PositionWise mlp(Engine engine, Dinov2Config config, StateDict weights) {
        int hidden = config.hiddenSize();
        int intermediate = config.intermediateSize();
        if (!config.useSwigluFfn()) {
            return FeedForward.load(
                    engine, weights.at("fc1"), weights.at("fc2"), hidden, intermediate, config.hiddenAct());
        }
        StateDict down = weights.atEither("weights_out", "down_proj");
        if (weights.contains("gate_proj")) {
            return GatedFeedForward.load(
                    engine, weights.at("gate_proj"), weights.at("up_proj"), down, hidden, intermediate);
        }
        return GatedFeedForward.load(engine, weights.at("weights_in"), down, hidden, intermediate);
    }
}
