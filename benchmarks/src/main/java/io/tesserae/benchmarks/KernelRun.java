package io.tesserae.benchmarks;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.PackedMatrix;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.ProductExtent;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;

/**
 * One kernel with operands of one size, ready to be run again and again.
 *
 * @param name for tables
 * @param operations float32 operations of one run, a multiply-add counted as two; 0 for kernels that nobody counts
 * @param bytes what one run has to read and write at least: weights and activations, each once
 * @param result what a run writes, the same each time
 */
record KernelRun(
        String name, double operations, double bytes, Engine engine, float[] result, Consumer<Workspace> kernel) {

    /** What follows a product in DistilBERT and ViT. */
    enum After {
        NOTHING,
        GELU,
        RESIDUAL
    }

    /** One run, on the engine's threads. */
    void run() {
        try (Workspace workspace = engine.machine().workspace()) {
            kernel.accept(workspace);
        }
    }

    /** {@code [rows, inFeatures]} times a weight {@code [outFeatures, inFeatures]}, and what follows it. */
    static KernelRun multiply(Engine engine, int rows, int inFeatures, int outFeatures, After after) {
        float[] residual = after == After.RESIDUAL ? values(4, rows * outFeatures) : null;
        return multiply(
                engine,
                rows,
                new MatrixView(values(1, rows * inFeatures), 0, inFeatures),
                outFeatures,
                after,
                residual,
                new MatrixView(new float[rows * outFeatures], 0, outFeatures));
    }

    /** Likewise, between arrays that others share. */
    static KernelRun multiply(
            Engine engine, int rows, MatrixView x, int outFeatures, After after, float[] residual, MatrixView out) {
        int inFeatures = x.stride(); // its rows are whole
        float[] stored = values(2, outFeatures * inFeatures);
        for (int i = 0; i < stored.length; i++) {
            stored[i] *= (float) (2 / Math.sqrt(inFeatures)); // the result is as large as x
        }
        PackedMatrix weight = PackedMatrix.pack(engine.machine(), Tensor.of(stored, outFeatures, inFeatures));
        float[] bias = ParallelKernels.paddedBias(engine.machine(), outFeatures);
        System.arraycopy(values(3, outFeatures), 0, bias, 0, outFeatures);
        Epilogue epilogue = switch (after) {
            case NOTHING -> Epilogue.NONE;
            case GELU -> new Epilogue.Activate(Activation.GELU);
            case RESIDUAL -> new Epilogue.AddResidual(residual);
        };
        return new KernelRun(
                inFeatures + " → " + outFeatures + suffix(after),
                2.0 * rows * inFeatures * outFeatures,
                bytesOfProduct(rows, inFeatures, outFeatures, after),
                engine,
                out.data(),
                workspace -> ParallelKernels.multiply(
                        workspace, x, weight, bias, ProductExtent.whole(rows, outFeatures), epilogue, out));
    }

    /** Likewise with a weight that stays 16 bits, and nothing after it. */
    static KernelRun multiplyBfloat16(Engine engine, int rows, int inFeatures, int outFeatures) {
        MatrixView x = new MatrixView(values(1, rows * inFeatures), 0, inFeatures);
        float scale = (float) (2 / Math.sqrt(inFeatures)); // the result is as large as x
        PackedMatrix weight = PackedMatrix.pack(
                engine.machine(), Precision.BFLOAT16, outFeatures, inFeatures, (first, count, destination) -> {
                    for (int i = 0; i < count * inFeatures; i++) {
                        float value = RandomWeights.uniform(2, first * inFeatures + i);
                        destination[i] = Precision.BFLOAT16.round(scale * value);
                    }
                });
        float[] bias = ParallelKernels.paddedBias(engine.machine(), outFeatures);
        MatrixView out = new MatrixView(new float[rows * outFeatures], 0, outFeatures);
        ProductExtent extent = ProductExtent.whole(rows, outFeatures);
        double weights = (double) Short.BYTES * inFeatures * outFeatures;
        return new KernelRun(
                inFeatures + " → " + outFeatures + ", bfloat16",
                2.0 * rows * inFeatures * outFeatures,
                weights + Float.BYTES * (outFeatures + (double) rows * (inFeatures + outFeatures)),
                engine,
                out.data(),
                workspace -> ParallelKernels.multiply(workspace, x, weight, bias, extent, Epilogue.NONE, out));
    }

    private static double bytesOfProduct(double rows, double inFeatures, double outFeatures, After after) {
        double weights = (inFeatures + 1) * outFeatures;
        double activations = rows * (inFeatures + (after == After.RESIDUAL ? 2 : 1) * outFeatures);
        return Float.BYTES * (weights + activations);
    }

    /**
     * A transformer block of DistilBERT, kernel by kernel: each takes what the one before it left, and the last leaves in
     * {@code hiddenStates} what the next block takes.
     *
     * @param sequenceStarts where each sequence's tokens begin, and where the last's end
     */
    static List<KernelRun> postNormBlock(
            Engine engine, BlockSizes sizes, int[] sequenceStarts, Activations activations) {
        Activations a = activations;
        int width = sizes.width();
        int tokens = sequenceStarts[sequenceStarts.length - 1];
        return List.of(
                multiply(
                        engine,
                        tokens,
                        new MatrixView(a.hiddenStates, 0, width),
                        3 * width,
                        After.NOTHING,
                        null,
                        a.headByHead(sizes, 0)),
                attention(engine, sizes, sequenceStarts, a),
                multiply(
                        engine,
                        tokens,
                        new MatrixView(a.context, 0, width),
                        width,
                        After.RESIDUAL,
                        a.hiddenStates,
                        new MatrixView(a.attended, 0, width)),
                layerNorm(engine, tokens, width, a.attended, a.attended),
                multiply(
                        engine,
                        tokens,
                        new MatrixView(a.attended, 0, width),
                        4 * width,
                        After.GELU,
                        null,
                        new MatrixView(a.intermediate, 0, 4 * width)),
                multiply(
                        engine,
                        tokens,
                        new MatrixView(a.intermediate, 0, 4 * width),
                        width,
                        After.RESIDUAL,
                        a.attended,
                        new MatrixView(a.hiddenStates, 0, width)),
                layerNorm(engine, tokens, width, a.hiddenStates, a.hiddenStates));
    }

    /**
     * Likewise a block of ViT-B/16, which normalises before attention and before feed-forward.
     *
     * @param sequenceStarts where each picture's tokens begin, and where the last's end
     */
    static List<KernelRun> preNormBlock(Engine engine, int[] sequenceStarts, Activations activations) {
        Activations a = activations;
        BlockSizes sizes = BlockSizes.BASE;
        int width = sizes.width();
        int tokens = sequenceStarts[sequenceStarts.length - 1];
        return List.of(
                layerNorm(engine, tokens, width, a.hiddenStates, a.normalized),
                multiply(
                        engine,
                        tokens,
                        new MatrixView(a.normalized, 0, width),
                        3 * width,
                        After.NOTHING,
                        null,
                        a.headByHead(sizes, 0)),
                attention(engine, sizes, sequenceStarts, a),
                multiply(
                        engine,
                        tokens,
                        new MatrixView(a.context, 0, width),
                        width,
                        After.RESIDUAL,
                        a.hiddenStates,
                        new MatrixView(a.attended, 0, width)),
                layerNorm(engine, tokens, width, a.attended, a.normalized),
                multiply(
                        engine,
                        tokens,
                        new MatrixView(a.normalized, 0, width),
                        4 * width,
                        After.GELU,
                        null,
                        new MatrixView(a.intermediate, 0, 4 * width)),
                multiply(
                        engine,
                        tokens,
                        new MatrixView(a.intermediate, 0, 4 * width),
                        width,
                        After.RESIDUAL,
                        a.attended,
                        new MatrixView(a.hiddenStates, 0, width)));
    }

    /** What flows between the kernels of a block. All blocks share it, as in the model, so it stays in the caches. */
    record Activations(
            float[] hiddenStates,
            float[] normalized,
            float[] queryKeyValue,
            float[] context,
            float[] attended,
            float[] intermediate) {

        static Activations of(BlockSizes sizes, int tokens) {
            int count = tokens * sizes.width();
            return new Activations(
                    values(1, count),
                    new float[count],
                    values(5, 3 * count),
                    new float[count],
                    new float[count],
                    new float[4 * count]);
        }

        /** The queries (0), keys (1) or values (2), each head by itself, as the model has them: see {@code Attention}. */
        MatrixView headByHead(BlockSizes sizes, int part) {
            int headLength = context.length / sizes.heads;
            return new MatrixView(queryKeyValue, part * context.length, sizes.headSize, sizes.headSize, headLength);
        }
    }

    private static String suffix(After after) {
        return switch (after) {
            case NOTHING -> "";
            case GELU -> ", GELU";
            case RESIDUAL -> ", residual";
        };
    }

    /** Self-attention of one sequence. Its two products are counted, its softmax is not. */
    static KernelRun attention(Engine engine, BlockSizes sizes, int tokens) {
        return attention(engine, sizes, new int[] {0, tokens}, Activations.of(sizes, tokens));
    }

    /** Attention of so many queries to so many keys, which are cached: a decoder's step. */
    static KernelRun attention(Engine engine, BlockSizes sizes, int queries, int keys) {
        Activations asking = Activations.of(sizes, queries);
        Activations kept = Activations.of(sizes, keys);
        int width = sizes.width();
        AttentionOperands operands = new AttentionOperands(
                asking.headByHead(sizes, 0),
                kept.headByHead(sizes, 1),
                kept.headByHead(sizes, 2),
                new MatrixView(asking.context, 0, width),
                AttentionShape.of(sizes.heads, sizes.headSize));
        AttentionPattern pattern = AttentionPattern.everything(new int[] {0, queries}, new int[] {0, keys});
        return new KernelRun(
                "attention",
                4.0 * queries * keys * width,
                2.0 * Float.BYTES * (queries + keys) * width,
                engine,
                asking.context,
                workspace -> ParallelKernels.attend(workspace, operands, pattern, AttentionMaps.NONE));
    }

    /** Attention of one head, whose queries and keys come from different rows. */
    static KernelRun oneHead(Engine engine, int queries, int keys, int channels) {
        float[] context = new float[queries * channels];
        AttentionOperands operands = new AttentionOperands(
                new MatrixView(values(1, queries * channels), 0, channels),
                new MatrixView(values(2, keys * channels), 0, channels),
                new MatrixView(values(3, keys * channels), 0, channels),
                new MatrixView(context, 0, channels),
                AttentionShape.of(1, channels));
        AttentionPattern pattern = AttentionPattern.everything(new int[] {0, queries}, new int[] {0, keys});
        return new KernelRun(
                "attention, one head, " + keys + " keys of " + channels + " channels",
                4.0 * queries * keys * channels,
                2.0 * Float.BYTES * (queries + keys) * channels,
                engine,
                context,
                workspace -> ParallelKernels.attend(workspace, operands, pattern, AttentionMaps.NONE));
    }

    /** Likewise, within each of several sequences. */
    private static KernelRun attention(Engine engine, BlockSizes sizes, int[] sequenceStarts, Activations activations) {
        int width = sizes.width();
        float[] context = activations.context;
        AttentionOperands operands = new AttentionOperands(
                activations.headByHead(sizes, 0),
                activations.headByHead(sizes, 1),
                activations.headByHead(sizes, 2),
                new MatrixView(context, 0, width),
                AttentionShape.of(sizes.heads, sizes.headSize));
        AttentionPattern pattern = AttentionPattern.everything(sequenceStarts, sequenceStarts);
        double scores = 0; // of one head
        for (int i = 1; i < sequenceStarts.length; i++) {
            scores += Math.pow(sequenceStarts[i] - sequenceStarts[i - 1], 2);
        }
        return new KernelRun(
                "attention",
                4 * scores * width,
                4.0 * Float.BYTES * sequenceStarts[sequenceStarts.length - 1] * width,
                engine,
                context,
                workspace -> ParallelKernels.attend(workspace, operands, pattern, AttentionMaps.NONE));
    }

    /** Layer norm of {@code [rows, width]}. */
    static KernelRun layerNorm(Engine engine, int rows, int width) {
        return layerNorm(engine, rows, width, values(6, rows * width), new float[rows * width]);
    }

    private static KernelRun layerNorm(Engine engine, int rows, int width, float[] x, float[] out) {
        float[] weight = values(7, width);
        float[] bias = values(8, width);
        return new KernelRun(
                "layer norm",
                0,
                2.0 * Float.BYTES * (rows + 1) * width,
                engine,
                out,
                workspace -> ParallelKernels.layerNorm(
                        workspace, Tensor.of(x, rows, width), weight, bias, 1e-12f, Tensor.of(out, rows, width)));
    }

    /** Softmax of so many rows of 128 scores, on one thread; a copy of the scores is part of it, since it works in place. */
    static KernelRun softmax(Engine engine, int rows) {
        int columns = 128;
        float[] scores = values(9, rows * columns);
        float[] out = new float[scores.length];
        Kernels kernels = engine.machine().kernels();
        return new KernelRun("softmax", 0, 2.0 * Float.BYTES * rows * columns, engine, out, workspace -> {
            System.arraycopy(scores, 0, out, 0, scores.length);
            for (int row = 0; row < rows; row++) {
                kernels.softmax(out, row * columns, columns);
            }
        });
    }

    /** GELU of {@code [rows, columns]}, on one thread; a copy is part of it, since it works in place. */
    static KernelRun gelu(Engine engine, int rows, int columns) {
        float[] x = values(10, rows * columns);
        float[] out = new float[x.length];
        Kernels kernels = engine.machine().kernels();
        return new KernelRun("GELU", 0, 2.0 * Float.BYTES * rows * columns, engine, out, workspace -> {
            System.arraycopy(x, 0, out, 0, x.length);
            kernels.activate(Activation.GELU, out, 0, rows, columns, columns);
        });
    }

    static float[] values(int tensor, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = RandomWeights.uniform(tensor, i);
        }
        return values;
    }
}
