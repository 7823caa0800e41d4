package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.FoldedAttention;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.MemoryAttention;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.CrossAttentionBlock;
import io.tesserae.layer.block.PreNormBlock;
import io.tesserae.layer.block.TransformerStack;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Perceiver IO: Jaegle et al., arXiv 2107.14795, section 3.1; transformers' {@code PerceiverModel}.
 *
 * <p>A learned array of latents reads the inputs once, by cross-attention. Then the latents look at each other, in self-attention layers
 * that run several times over. So the work grows with the inputs, and with the square of the latents, but not with the square of the
 * inputs. What comes before, {@link Inputs}, is a matter of the kind of input, and what comes after, {@link LatentDecoder}, of the
 * task.
 *
 * @param config sizes
 * @param inputWidth channels of the inputs
 * @param latents {@code [numLatents, dLatents]}
 * @param crossAttention latents read the inputs
 * @param selfAttends latents look at each other
 */
record Perceiver(
        PerceiverConfig config,
        int inputWidth,
        Tensor latents,
        CrossAttentionBlock crossAttention,
        TransformerStack selfAttends) {

    /**
     * Rows of inputs that are read at a time, unless one sequence alone has more: so that the memory of a batch is that of its longest
     * input, and short ones still make tall products.
     */
    private static final int ROWS_AT_A_TIME = 4096;

    /** Loads the model from below {@code perceiver}. */
    static Perceiver load(Engine engine, PerceiverConfig config, int inputWidth, StateDict weights) {
        StateDict encoder = weights.at("encoder");
        int dLatents = config.dLatents();
        CrossAttentionBlock crossAttention = crossAttention(
                engine,
                new CrossAttentionSizes(
                        dLatents,
                        inputWidth,
                        config.readingHeads(inputWidth),
                        config.crossWideningFactor(),
                        config.useQueryResidual(),
                        true),
                config,
                encoder.at("cross_attention"));
        List<PreNormBlock> selfAttends = new ArrayList<>();
        for (int layer = 0; layer < config.numSelfAttendsPerBlock(); layer++) {
            selfAttends.add(selfAttend(engine, config, encoder.at("self_attends", layer)));
        }
        Tensor latents = weights.at("embeddings").read("latents", config.numLatents(), dLatents);
        return new Perceiver(config, inputWidth, latents, crossAttention, new TransformerStack(selfAttends));
    }

    private static PreNormBlock selfAttend(Engine engine, PerceiverConfig config, StateDict weights) {
        StateDict attention = weights.at("attention");
        int width = config.dLatents();
        return new PreNormBlock(
                norm(attention.at("self.layernorm1"), width),
                Attention.load(engine, config.selfAttention(), width, projections(attention)),
                norm(weights.at("layernorm"), width),
                feedForward(engine, config, weights, width, config.selfWideningFactor()));
    }

    /**
     * Sizes of a layer in which rows look at others.
     *
     * @param width of the rows that look
     * @param memoryWidth of the rows that they look at
     * @param wideningFactor of the feed-forward block
     * @param addsQueries whether the rows that look are added to what they gather
     * @param ofManyRows whether there may be many more rows to look at than rows that look
     */
    record CrossAttentionSizes(
            int width,
            int memoryWidth,
            AttentionShape shape,
            int wideningFactor,
            boolean addsQueries,
            boolean ofManyRows) {}

    /** Loads a layer in which rows look at others: transformers' {@code PerceiverLayer} with {@code is_cross_attention}. */
    static CrossAttentionBlock crossAttention(
            Engine engine, CrossAttentionSizes sizes, PerceiverConfig config, StateDict weights) {
        StateDict attention = weights.at("attention");
        int width = sizes.width();
        int memoryWidth = sizes.memoryWidth();
        return new CrossAttentionBlock(
                norm(attention.at("self.layernorm1"), width),
                norm(attention.at("self.layernorm2"), memoryWidth),
                attention(engine, sizes, projections(attention)),
                sizes.addsQueries(),
                norm(weights.at("layernorm"), width),
                feedForward(engine, config, weights, width, sizes.wideningFactor()));
    }

    /** Memories of many rows are read as they are, where that costs nothing: a picture's pixels, and never the latents. */
    private static MemoryAttention attention(Engine engine, CrossAttentionSizes sizes, AttentionWeights weights) {
        int memoryWidth = sizes.memoryWidth();
        return sizes.ofManyRows() && FoldedAttention.pays(sizes.shape(), memoryWidth)
                ? FoldedAttention.load(engine, sizes.shape(), sizes.width(), memoryWidth, weights)
                : Attention.loadApart(engine, sizes.shape(), sizes.width(), memoryWidth, weights);
    }

    private static LayerNorm norm(StateDict weights, int width) {
        return LayerNorm.load(weights, width, PerceiverConfig.EPSILON);
    }

    private static AttentionWeights projections(StateDict attention) {
        return AttentionWeights.biased(
                attention.at("self.query"),
                attention.at("self.key"),
                attention.at("self.value"),
                attention.at("output.dense"));
    }

    private static FeedForward feedForward(
            Engine engine, PerceiverConfig config, StateDict weights, int width, int wideningFactor) {
        StateDict mlp = weights.at("mlp");
        return FeedForward.load(
                engine,
                mlp.at("dense1"),
                mlp.at("dense2"),
                width,
                Math.multiplyExact(width, wideningFactor),
                config.hiddenAct());
    }

    /**
     * The latents after they have read the inputs and looked at each other.
     *
     * @param frame receives the result
     * @param recording whose sequences are the latents of each input
     * @return {@code [sequences · latents, dLatents]}
     */
    Tensor encode(Frame frame, Inputs inputs, Recording recording) {
        int sequences = inputs.sequences();
        int[] starts = starts(sequences);
        Tensor x = frame.tensor(starts[sequences], config.dLatents()); // [sequences · latents, dLatents]
        int[] lengths = new int[sequences];
        Arrays.setAll(lengths, inputs::length);
        AttentionMaps maps = recording.crossAttentions(config.crossHeads(), starts, lengths);
        for (int from = 0, to; from < sequences; from = to) {
            to = from + 1;
            long rows = lengths[from];
            while (to < sequences && rows + lengths[to] <= ROWS_AT_A_TIME) {
                rows += lengths[to++];
            }
            read(frame, inputs, from, to, maps, x);
        }
        for (int block = 0; block < config.numBlocks(); block++) {
            x = selfAttends.forward(frame, x, starts, recording, Rows.ALL);
        }
        return x;
    }

    /** Some sequences' latents after they have read: fills their rows of x {@code [sequences · latents, dLatents]}. */
    private void read(Frame frame, Inputs inputs, int from, int to, AttentionMaps maps, Tensor x) {
        int[] rowStarts = new int[to - from + 1];
        for (int s = from; s < to; s++) {
            rowStarts[s - from + 1] = Math.addExact(rowStarts[s - from], inputs.length(s));
        }
        try (Frame inside = frame.workspace().frame()) {
            Tensor rows = inside.tensor(rowStarts[to - from], inputWidth); // [input rows, inputWidth]
            inputs.fill(inside, from, to, rows);
            MemoryAttention.Remembered memory = crossAttention.remember(inside, new Ragged(rows, rowStarts));
            Tensor asking = inside.tensor((to - from) * config.numLatents(), config.dLatents());
            for (int s = 0; s < to - from; s++) {
                System.arraycopy(latents.data(), 0, asking.data(), s * latents.size(), latents.size());
            }
            AttentionMaps ofThese = maps.areWanted()
                    ? new AttentionMaps(Arrays.copyOfRange(maps.ofSequence(), from, to))
                    : AttentionMaps.NONE;
            Tensor read = crossAttention.forward(inside, new Ragged(asking, starts(to - from)), memory, ofThese);
            System.arraycopy(read.data(), 0, x.data(), from * latents.size(), (to - from) * latents.size());
        }
    }

    /** Where each sequence's latents begin, and where the last's end. */
    int[] starts(int sequences) {
        return Ragged.starts(sequences, config.numLatents());
    }
}
