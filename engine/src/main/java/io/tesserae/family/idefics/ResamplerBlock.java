package io.tesserae.family.idefics;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.AttentionWeights.Projection;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.HeadNorms;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Ragged;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * A block in which latents read a picture and themselves: Alayrac et al., arXiv 2204.14198, appendix A.1.1; transformers' {@code
 * IdeficsPerceiverAttention} and the {@code IdeficsMLP} behind it.
 *
 * <pre>
 * x = x + attention(latentsNorm(x), [contextNorm(picture); latentsNorm(x)])
 * x = x + feedForward(feedForwardNorm(x))
 * </pre>
 */
record ResamplerBlock(
        LayerNorm contextNorm,
        LayerNorm latentsNorm,
        Attention attention,
        LayerNorm feedForwardNorm,
        FeedForward feedForward) {

    /** Of every layer norm; no configuration says otherwise. */
    static final float EPSILON = 1e-5f;

    /** Width between the two layers of the feed-forward block, in widths of the latents. */
    private static final int WIDENING = 4;

    /**
     * Loads a block.
     *
     * @param weights {@code 0}, attention, and {@code 1}, the feed-forward block
     */
    static ResamplerBlock load(Engine engine, IdeficsResamplerConfig config, int width, StateDict weights) {
        StateDict attention = weights.at("0");
        StateDict mlp = weights.at("1");
        int intermediate = Math.multiplyExact(WIDENING, width);
        return new ResamplerBlock(
                LayerNorm.load(attention.at("context_layer_norm"), width, EPSILON),
                LayerNorm.load(attention.at("latents_layer_norm"), width, EPSILON),
                Attention.loadApart(engine, config.attention(), width, width, projections(config, attention)),
                LayerNorm.load(mlp.at("ln"), width, EPSILON),
                FeedForward.of(
                        Linear.load(engine, mlp.at("fc"), intermediate, width, false),
                        Linear.load(engine, mlp.at("c_proj"), width, intermediate, false),
                        Activation.named("relu")));
    }

    private static AttentionWeights projections(IdeficsResamplerConfig config, StateDict weights) {
        HeadNorms norms = config.qkLayerNorms()
                ? HeadNorms.of(
                        LayerNorm.load(weights.at("q_layer_norm"), config.headDim(), EPSILON),
                        LayerNorm.load(weights.at("k_layer_norm"), config.headDim(), EPSILON))
                : HeadNorms.NONE;
        return AttentionWeights.of(
                        new Projection(weights.at("q_proj"), false),
                        new Projection(weights.at("k_proj"), false),
                        new Projection(weights.at("v_proj"), false),
                        new Projection(weights.at("output_proj"), false))
                .withNorms(norms);
    }

    /** How many heads its attention has. */
    int heads() {
        return attention.shape().heads();
    }

    /**
     * Replaces latents by what they become.
     *
     * @param pictures {@code [rows of all pictures, width]}
     * @param latents {@code [latents of all pictures, width]}
     * @param maps receive what the latents look at
     */
    void forward(Workspace workspace, Ragged pictures, Ragged latents, AttentionMaps maps) {
        Tensor x = latents.rows();
        try (Frame inside = workspace.frame()) {
            Tensor normalized = inside.tensor(x.dimension(0), x.dimension(1)); // [latents, width]
            Tensor attended = inside.tensor(x.dimension(0), x.dimension(1)); // [latents, width]
            latentsNorm.forward(workspace, x, normalized);
            Ragged asking = new Ragged(normalized, latents.starts());
            Attention.Remembered memory = attention.remember(inside, join(inside, pictures, asking));
            Epilogue addInput = new Epilogue.AddResidual(x.data());
            attention.forward(workspace, asking, memory, AttentionOptions.recording(maps), addInput, attended);
            feedForwardNorm.forward(workspace, attended, normalized);
            feedForward.forward(workspace, normalized, new Epilogue.AddResidual(attended.data()), x);
        }
    }

    /** The rows of each picture, normalised, and behind them the latents that ask it: {@code [rows and latents, width]}. */
    private Ragged join(Frame frame, Ragged pictures, Ragged asking) {
        int width = asking.rows().dimension(1);
        int all = Math.addExact(pictures.rows().dimension(0), asking.rows().dimension(0));
        Tensor joined = frame.tensor(all, width);
        Tensor context = frame.tensor(pictures.rows().dimension(0), width); // [rows of all pictures, width]
        contextNorm.forward(frame.workspace(), pictures.rows(), context);
        int[] starts = new int[asking.starts().length];
        for (int picture = 0; picture < pictures.sequences(); picture++) {
            int end = copy(context, pictures.starts(), picture, joined, starts[picture]);
            starts[picture + 1] = copy(asking.rows(), asking.starts(), picture, joined, end);
        }
        return new Ragged(joined, starts);
    }

    /** Copies the rows of a sequence to a row and those behind it; returns where they end. */
    private static int copy(Tensor rows, int[] starts, int sequence, Tensor to, int row) {
        int width = rows.dimension(1);
        int count = starts[sequence + 1] - starts[sequence];
        System.arraycopy(rows.data(), starts[sequence] * width, to.data(), row * width, count * width);
        return row + count;
    }
}
