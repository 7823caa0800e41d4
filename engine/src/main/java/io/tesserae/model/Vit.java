package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Resampling;
import io.tesserae.layer.WantedRows;
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
    private final List<TransformerBlock> layers;
    private final LayerNorm layernorm;
    private final Optional<Pooler> pooler;
    private final Lifetime lifetime = new Lifetime();

    private Vit(
            Engine engine,
            VitConfig config,
            ImageEmbeddings embeddings,
            List<TransformerBlock> layers,
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
        List<TransformerBlock> layers = new ArrayList<>();
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            StateDict block = base.atEither("encoder.layer." + layer, "layers." + layer);
            layers.add(TransformerBlock.load(engine, config, block));
        }
        LayerNorm layernorm = LayerNorm.load(base.at("layernorm"), config.hiddenSize(), config.layerNormEps());
        return new Vit(engine, config, embeddings, List.copyOf(layers), layernorm, pooler);
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
        try (Workspace workspace = engine.machine().workspace()) {
            Tensor x = encode(workspace, batch, sequenceStarts, recording);
            Tensor lastHiddenState = Tensor.zeros(x.shape()); // [tokens, hidden]
            layernorm.forward(workspace, x, lastHiddenState);
            return new ImageEncoderOutput(
                    sequenceStarts,
                    NotFinite.warn("hidden states", lastHiddenState),
                    pooler.map(p -> p.forward(workspace, token(workspace, x, sequenceStarts, 0)))
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
     * The forward pass up to the last layer norm, which is left to the caller: a head reads a token or two of many.
     *
     * @return {@code [tokens, hidden]}, in the workspace's memory and good until it is closed
     */
    Tensor encode(Workspace workspace, ImageBatch batch, int[] sequenceStarts, Recording recording) {
        return encode(workspace, batch, sequenceStarts, recording, layers.size());
    }

    /** The forward pass through the first so many layers. */
    private Tensor encode(
            Workspace workspace, ImageBatch batch, int[] sequenceStarts, Recording recording, int layerCount) {
        Tensor x = embeddings.forward(workspace, batch, sequenceStarts); // [tokens, hidden]
        recording.hiddenStates(x);
        for (TransformerBlock layer : layers.subList(0, layerCount)) {
            layer.forward(workspace, x, sequenceStarts, recording.attentions());
            recording.hiddenStates(x);
        }
        return x;
    }

    /**
     * The forward pass for the class token of every picture alone, the last layer norm included. The last layer computes no
     * other token, unless more is to be returned than the result: that saves most of a layer, a fourteenth of ViT-B/16's work.
     * The bits are the same, since no token's row depends on another's.
     *
     * @return {@code [images, hidden]}, in the workspace's memory and good until it is closed
     */
    Tensor encodeClassTokens(Workspace workspace, ImageBatch batch, int[] sequenceStarts, Recording recording) {
        if (layers.isEmpty() || !recording.isOff()) {
            return token(workspace, encode(workspace, batch, sequenceStarts, recording), sequenceStarts, 0);
        }
        Tensor x = encode(workspace, batch, sequenceStarts, recording, layers.size() - 1); // [tokens, hidden]
        Tensor classTokens = FirstTokens.gather(workspace, sequenceStarts, x); // [images, hidden]
        layers.getLast().forwardFirstTokens(workspace, x, sequenceStarts, classTokens);
        layernorm.forward(workspace, classTokens);
        return classTokens;
    }

    /**
     * One token of every picture, after the last layer norm.
     *
     * @param x {@code [tokens, hidden]}, before it
     * @param token which of the picture's tokens: 0, the class token, or 1, DeiT's distillation token
     * @return {@code [images, hidden]}, in the workspace's memory
     */
    Tensor token(Workspace workspace, Tensor x, int[] sequenceStarts, int token) {
        int images = sequenceStarts.length - 1;
        int hidden = x.dimension(1);
        Tensor tokens = workspace.tensor(Workspace.Use.CONTEXT, images, hidden);
        for (int i = 0; i < images; i++) {
            System.arraycopy(x.data(), (sequenceStarts[i] + token) * hidden, tokens.data(), i * hidden, hidden);
        }
        layernorm.forward(workspace, tokens);
        return tokens;
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

    /** x = x + attention(LayerNorm(x)); x = x + feedForward(LayerNorm(x)): equations 2 and 3. */
    private record TransformerBlock(
            LayerNorm layernormBefore, Attention attention, LayerNorm layernormAfter, FeedForward mlp) {

        static TransformerBlock load(Engine engine, VitConfig config, StateDict weights) {
            StateDict attention = weights.at("attention");
            return new TransformerBlock(
                    LayerNorm.load(weights.at("layernorm_before"), config.hiddenSize(), config.layerNormEps()),
                    Attention.load(
                            engine,
                            AttentionShape.of(
                                    config.numAttentionHeads(), config.hiddenSize() / config.numAttentionHeads()),
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

        /** Replaces x {@code [tokens, hidden]} by the block's output. */
        void forward(Workspace workspace, Tensor x, int[] sequenceStarts, AttentionMaps maps) {
            Tensor normalized = workspace.tensor(Workspace.Use.NORMALIZED, x.shape()); // [tokens, hidden]
            Tensor attended = workspace.tensor(Workspace.Use.ATTENDED, x.shape()); // [tokens, hidden]
            layernormBefore.forward(workspace, x, normalized);
            attention.forward(
                    workspace,
                    new Ragged(normalized, sequenceStarts),
                    AttentionOptions.recording(maps),
                    new Epilogue.AddResidual(x.data()),
                    attended);
            layernormAfter.forward(workspace, attended, normalized);
            mlp.forward(workspace, normalized, new Epilogue.AddResidual(attended.data()), x);
        }

        /** Likewise replaces the class tokens {@code [images, hidden]} alone; x {@code [tokens, hidden]} stays as it is. */
        void forwardFirstTokens(Workspace workspace, Tensor x, int[] sequenceStarts, Tensor first) {
            Tensor normalized = workspace.tensor(Workspace.Use.NORMALIZED, x.shape()); // [tokens, hidden]
            Tensor attended = workspace.tensor(Workspace.Use.ATTENDED, first.shape()); // [images, hidden]
            layernormBefore.forward(workspace, x, normalized);
            attention.forward(
                    workspace,
                    new Ragged(normalized, sequenceStarts),
                    WantedRows.first(sequenceStarts.length - 1),
                    AttentionOptions.NONE,
                    new Epilogue.AddResidual(first.data()),
                    attended);
            Tensor normalizedFirst = workspace.tensor(Workspace.Use.NORMALIZED, first.shape()); // [images, hidden]
            layernormAfter.forward(workspace, attended, normalizedFirst);
            mlp.forward(workspace, normalizedFirst, new Epilogue.AddResidual(attended.data()), first);
        }
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
