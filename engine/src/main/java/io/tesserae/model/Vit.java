package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.PreNormBlock;
import io.tesserae.layer.Resampling;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ViT, the vision transformer: Dosovitskiy et al., arXiv 2010.11929; transformers' {@code ViTModel}. DINO's checkpoints are
 * of this family too (Caron et al., arXiv 2104.14294): another training, the same network.
 *
 * <p>A picture becomes a sequence of patches with a class token before them. Then come transformer blocks in pre-norm
 * order: normalise, attention, add, normalise, feed forward, add. A last layer norm follows. The pooler, a dense layer on the
 * class token, is not in every checkpoint; where there is none, there is no pooled output.
 */
public final class Vit implements ImageEncoder {

    private static final List<String> CLASS_TOKEN = List.of("cls_token");

    private final Engine engine;
    private final VitConfig config;
    private final ImageEmbeddings embeddings;
    private final TransformerStack layers;
    private final LayerNorm layernorm;
    private final Optional<Pooler> pooler;
    private final Lifetime lifetime = new Lifetime();

    private Vit(
            Engine engine,
            VitConfig config,
            ImageEmbeddings embeddings,
            TransformerStack layers,
            LayerNorm layernorm,
            Optional<Pooler> pooler) {
        this.engine = engine;
        this.config = config;
        this.embeddings = embeddings;
        this.layers = layers;
        this.layernorm = layernorm;
        this.pooler = pooler;
    }

    /**
     * Loads the base model from a checkpoint of it, or of any model that has it below a head.
     *
     * @param source the checkpoint's tensors; closed when the model is loaded
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static Vit load(Engine engine, VitConfig config, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = StateDict.of(source, "vit.");
        StateDict base = weights.at("vit");
        Vit model = loadBelow(engine, config, base, CLASS_TOKEN, Pooler.loadIfPresent(engine, config, base));
        weights.requireAllUsed(Vit::belongsToSomeHead);
        source.close();
        return model;
    }

    /** Loads the model that lies below a head, without the pooler that a checkpoint may have beside it. */
    static Vit loadBelowHead(Engine engine, VitConfig config, StateDict base) {
        return loadBelow(engine, config, base, CLASS_TOKEN, Optional.empty());
    }

    /**
     * Loads the model from below a name.
     *
     * @param tokens names of the tokens before the patches'
     */
    static Vit loadBelow(
            Engine engine, VitConfig config, StateDict base, List<String> tokens, Optional<Pooler> pooler) {
        ImageEmbeddings embeddings = ImageEmbeddings.load(
                engine,
                base.at("embeddings"),
                config.grid(),
                config.numChannels(),
                config.hiddenSize(),
                tokens,
                Tensor.zeros(0, config.hiddenSize()),
                Resampling.BICUBIC);
        List<PreNormBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            layers.add(block(engine, config, base.atEither("encoder.layer." + layer, "layers." + layer)));
        }
        LayerNorm layernorm = LayerNorm.load(base.at("layernorm"), config.hiddenSize(), config.layerNormEps());
        return new Vit(engine, config, embeddings, new TransformerStack(layers), layernorm, pooler);
    }

    /** Tensors of heads other than the one that is loaded may lie beside it, and so may the mask token of the training. */
    static boolean belongsToSomeHead(String name) {
        return name.matches("((vit|deit)\\.)?(embeddings\\.mask_token|pooler\\.dense\\.(weight|bias))")
                || name.matches("(classifier|cls_classifier|distillation_classifier|decoder\\.0)\\.(weight|bias)");
    }

    @Override
    public ImageEncoderOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        int[] sequenceStarts = sequenceStarts(batch, interpolatePositions);
        Recording recording = new Recording(options, sequenceStarts, config.numAttentionHeads());
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor x = encode(frame, batch, sequenceStarts, recording, Rows.ALL); // [tokens, hidden]
            return new ImageEncoderOutput(
                    sequenceStarts,
                    NotFinite.warn("hidden states", x.copy()),
                    pooler.map(p -> p.forward(workspace, Rows.FIRST.gather(frame, x, sequenceStarts)))
                            .map(pooled -> NotFinite.warn("numbers of the pooler's output", pooled)),
                    recording.allHiddenStates(),
                    recording.allAttentions());
        }
    }

    /** Where each picture's tokens begin; refuses pictures that the model does not take, and all once it is closed. */
    int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions) {
        lifetime.requireOpen();
        return embeddings.sequenceStarts(batch, interpolatePositions);
    }

    /**
     * The forward pass, the last layer norm included, for the rows that are wanted: see {@link Rows}.
     *
     * @param frame receives the result
     * @return {@code [rows wanted, hidden]}, good until the frame is closed
     */
    Tensor encode(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted) {
        Tensor embedded = embeddings.forward(frame, batch, sequenceStarts); // [tokens, hidden]
        Tensor x = layers.forward(frame, embedded, sequenceStarts, recording, wanted); // [rows wanted, hidden]
        layernorm.forward(frame.workspace(), x);
        return x;
    }

    Engine engine() {
        return engine;
    }

    /** The numbers that describe the model. */
    public VitConfig config() {
        return config;
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
        return pooler.isPresent();
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

    @Override
    public void close() {
        lifetime.end();
    }

    private static PreNormBlock block(Engine engine, VitConfig config, StateDict weights) {
        StateDict attention = weights.at("attention");
        return new PreNormBlock(
                LayerNorm.load(weights.at("layernorm_before"), config.hiddenSize(), config.layerNormEps()),
                Attention.load(
                        engine,
                        AttentionShape.of(config.numAttentionHeads(), config.hiddenSize() / config.numAttentionHeads()),
                        config.hiddenSize(),
                        AttentionWeights.of(
                                attention.atEither("attention.query", "q_proj"),
                                attention.atEither("attention.key", "k_proj"),
                                attention.atEither("attention.value", "v_proj"),
                                attention.atEither("output.dense", "o_proj"),
                                config.qkvBias(),
                                true)),
                LayerNorm.load(weights.at("layernorm_after"), config.hiddenSize(), config.layerNormEps()),
                FeedForward.load(
                        engine,
                        weights.atEither("intermediate.dense", "mlp.fc1"),
                        weights.atEither("output.dense", "mlp.fc2"),
                        config.hiddenSize(),
                        config.intermediateSize(),
                        config.hiddenAct()));
    }

    /** The pooled output, activation(dense(class token)): the head of the original's pre-training. */
    record Pooler(Linear dense, Epilogue activation) {

        static Optional<Pooler> loadIfPresent(Engine engine, VitConfig config, StateDict base) {
            if (!base.contains("pooler")) {
                return Optional.empty();
            }
            return Optional.of(new Pooler(
                    Linear.load(engine, base.at("pooler.dense"), config.poolerOutputSize(), config.hiddenSize()),
                    new Epilogue.Activate(config.poolerAct())));
        }

        /** From {@code [images, hidden]} to {@code [images, poolerOutputSize]}. */
        Tensor forward(Workspace workspace, Tensor classTokens) {
            Tensor pooled = Tensor.zeros(classTokens.dimension(0), dense.outFeatures());
            dense.forward(workspace, classTokens, activation, pooled);
            return pooled;
        }
    }
}
