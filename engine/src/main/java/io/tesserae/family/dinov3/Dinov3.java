package io.tesserae.family.dinov3;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.PictureSizes;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Sight;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.AttentionWeights.Projection;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.FusedLinear;
import io.tesserae.layer.GatedFeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.PatchEmbedding;
import io.tesserae.layer.PositionWise;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
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
import java.util.stream.IntStream;

/**
 * DINOv3: Siméoni et al., arXiv 2508.10104; transformers' {@code DINOv3ViTModel}.
 *
 * <p>A DINOv2 with registers whose patches have no positions of their own: in every layer their queries and keys are turned by where
 * they lie. So pictures may have any size that holds a patch. The pooled output is the class token after the last layer norm.
 */
final class Dinov3 extends ImageEncoder {

    private final Dinov3Config config;
    private final Tensor prefix; // [class token and registers, hidden]
    private final PatchEmbedding patches;
    private final TransformerStack layers;
    private final LayerNorm norm;
    private final PatchTurns turns;

    private Dinov3(
            Engine engine,
            Dinov3Config config,
            Tensor prefix,
            PatchEmbedding patches,
            TransformerStack layers,
            LayerNorm norm) {
        super(engine);
        this.config = config;
        this.prefix = prefix;
        this.patches = patches;
        this.layers = layers;
        this.norm = norm;
        this.turns = PatchTurns.of(config.grid(), config.headSize(), config.ropeTheta());
    }

    /** Loads the model; layers may lie below {@code model}, or not. */
    static Dinov3 load(Engine engine, Dinov3Config config, StateDict weights) {
        StateDict embeddings = weights.at("embeddings");
        int hidden = config.hiddenSize();
        ImageGrid grid = config.grid();
        PatchEmbedding patches = PatchEmbedding.load(
                engine,
                embeddings.at("patch_embeddings"),
                hidden,
                config.numChannels(),
                grid.patchHeight(),
                grid.patchWidth());
        List<PreNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(block(engine, config, weights.at("layer", layer)));
        }
        LayerNorm norm = norm(config, weights.at("norm"));
        return new Dinov3(engine, config, prefix(config, embeddings), patches, new TransformerStack(layers), norm);
    }

    private static Tensor prefix(Dinov3Config config, StateDict weights) {
        int hidden = config.hiddenSize();
        int registers = config.numRegisterTokens();
        Tensor prefix = Tensor.zeros(1 + registers, hidden);
        System.arraycopy(weights.read("cls_token", 1, 1, hidden).data(), 0, prefix.data(), 0, hidden);
        float[] tokens = weights.read("register_tokens", 1, registers, hidden).data();
        System.arraycopy(tokens, 0, prefix.data(), hidden, tokens.length);
        return prefix;
    }

    private static PreNormBlock block(Engine engine, Dinov3Config config, StateDict weights) {
        int hidden = config.hiddenSize();
        StateDict attention = weights.at("attention");
        Dinov3Config.Biases biases = config.biases();
        return new PreNormBlock(
                norm(config, weights.at("norm1")),
                Attention.load(
                        engine,
                        AttentionShape.of(config.numAttentionHeads(), config.headSize()),
                        hidden,
                        AttentionWeights.of(
                                new Projection(attention.at("q_proj"), biases.query()),
                                new Projection(attention.at("k_proj"), biases.key()),
                                new Projection(attention.at("v_proj"), biases.value()),
                                new Projection(attention.at("o_proj"), biases.output()))),
                Optional.of(weights.read("layer_scale1.lambda1", hidden).data()),
                norm(config, weights.at("norm2")),
                mlp(engine, config, weights.at("mlp")),
                Optional.of(weights.read("layer_scale2.lambda1", hidden).data()));
    }

    private static PositionWise mlp(Engine engine, Dinov3Config config, StateDict weights) {
        int hidden = config.hiddenSize();
        int intermediate = config.intermediateSize();
        boolean biased = config.biases().mlp();
        StateDict up = weights.at("up_proj");
        Linear down = Linear.load(engine, weights.at("down_proj"), hidden, intermediate, biased);
        return config.useGatedMlp()
                ? GatedFeedForward.of(
                        FusedLinear.load(engine, intermediate, hidden, biased, weights.at("gate_proj"), up),
                        down,
                        config.hiddenAct())
                : FeedForward.of(Linear.load(engine, up, intermediate, hidden, biased), down, config.hiddenAct());
    }

    private static LayerNorm norm(Dinov3Config config, StateDict weights) {
        return LayerNorm.load(weights, config.hiddenSize(), config.layerNormEps());
    }

    /** There are positions for every size. */
    @Override
    protected int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        return new PictureSizes(config.grid(), config.numChannels(), prefixTokens(), true).sequenceStarts(batch, true);
    }

    @Override
    public Tensor encode(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted) {
        AttentionOptions options = new AttentionOptions(
                Sight.EVERYTHING, ScoreBias.NONE, AttentionMaps.NONE, turns.at(frame, batch, sequenceStarts));
        Tensor embedded = embed(frame, batch, sequenceStarts); // [tokens, hidden]
        Tensor x = layers.forward(frame, embedded, sequenceStarts, options, recording, wanted); // [rows wanted, hidden]
        norm.forward(frame.workspace(), x);
        return x;
    }

    /** The residual stream's beginning, {@code [tokens, hidden]}. */
    private Tensor embed(Frame frame, ImageBatch batch, int[] sequenceStarts) {
        int images = batch.images();
        Tensor x = frame.tensor(sequenceStarts[images], config.hiddenSize()); // [tokens, hidden]
        List<Tensor> pictures =
                IntStream.range(0, images).mapToObj(batch::pixelValues).toList();
        int[] firstPatches = IntStream.range(0, images)
                .map(image -> sequenceStarts[image] + prefixTokens())
                .toArray();
        patches.forward(frame.workspace(), pictures, firstPatches, x);
        for (int image = 0; image < images; image++) {
            System.arraycopy(prefix.data(), 0, x.data(), sequenceStarts[image] * config.hiddenSize(), prefix.size());
        }
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
        return prefix.dimension(0);
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
}
