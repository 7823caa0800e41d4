package io.tesserae.benchmarks;

import io.tesserae.kernel.Activation;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.PackedMatrix;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;

/**
 * One kernel with operands of one size, ready to be run again and again.
 *
 * @param name for tables
 * @param operations float32 operations of one run, a multiply-add counted as two; 0 for kernels that nobody counts
 * @param result what a run writes, the same each time
 */
record KernelRun(String name, double operations, Engine engine, float[] result, Consumer<Workspace> kernel) {

    /** What follows a product in DistilBERT and ViT. */
    enum After {
        NOTHING,
        GELU,
        RESIDUAL
    }

    private static final int HEADS = 12;
    private static final int HEAD_SIZE = 64;
    private static final int WIDTH = HEADS * HEAD_SIZE;

    /** One run, on the engine's threads. */
    void run() {
        try (Workspace workspace = engine.workspace()) {
            kernel.accept(workspace);
        }
    }

    /** {@code [rows, inFeatures]} times a weight {@code [outFeatures, inFeatures]}, and what follows it. */
    static KernelRun multiply(Engine engine, int rows, int inFeatures, int outFeatures, After after) {
        float[] residual = after == After.RESIDUAL ? values(4, rows * outFeatures) : null;
        return multiply(
                engine,
                rows,
                values(1, rows * inFeatures),
                inFeatures,
                outFeatures,
                after,
                residual,
                new float[rows * outFeatures]);
    }

    /** Likewise, between arrays that others share. */
    static KernelRun multiply(
            Engine engine,
            int rows,
            float[] x,
            int inFeatures,
            int outFeatures,
            After after,
            float[] residual,
            float[] out) {
        float[] stored = values(2, outFeatures * inFeatures);
        for (int i = 0; i < stored.length; i++) {
            stored[i] *= (float) (2 / Math.sqrt(inFeatures)); // the result is as large as x
        }
        PackedMatrix weight = PackedMatrix.pack(engine, Tensor.of(stored, outFeatures, inFeatures));
        float[] bias = ParallelKernels.paddedBias(engine, outFeatures);
        System.arraycopy(values(3, outFeatures), 0, bias, 0, outFeatures);
        Epilogue epilogue = switch (after) {
            case NOTHING -> Epilogue.NONE;
            case GELU -> new Epilogue.Activate(Activation.GELU);
            case RESIDUAL -> new Epilogue.AddResidual(residual);
        };
        MatrixView view = new MatrixView(x, 0, inFeatures);
        return new KernelRun(
                inFeatures + " → " + outFeatures + suffix(after),
                2.0 * rows * inFeatures * outFeatures,
                engine,
                out,
                workspace -> ParallelKernels.multiply(workspace, view, rows, weight, bias, epilogue, out));
    }

    /**
     * A transformer block of DistilBERT-base, kernel by kernel: each takes what the one before it left, and the last leaves
     * in {@code hiddenStates} what the next block takes.
     */
    static List<KernelRun> postNormBlock(Engine engine, int tokens, Activations activations) {
        Activations a = activations;
        return List.of(
                multiply(engine, tokens, a.hiddenStates, WIDTH, 3 * WIDTH, After.NOTHING, null, a.queryKeyValue),
                attention(engine, new int[] {0, tokens}, a.queryKeyValue, a.context),
                multiply(engine, tokens, a.context, WIDTH, WIDTH, After.RESIDUAL, a.hiddenStates, a.attended),
                layerNorm(engine, tokens, a.attended, a.attended),
                multiply(engine, tokens, a.attended, WIDTH, 4 * WIDTH, After.GELU, null, a.intermediate),
                multiply(engine, tokens, a.intermediate, 4 * WIDTH, WIDTH, After.RESIDUAL, a.attended, a.hiddenStates),
                layerNorm(engine, tokens, a.hiddenStates, a.hiddenStates));
    }

    /**
     * Likewise a block of ViT-B/16, which normalises before attention and before feed-forward.
     *
     * @param sequenceStarts where each picture's tokens begin, and where the last's end
     */
    static List<KernelRun> preNormBlock(Engine engine, int[] sequenceStarts, Activations activations) {
        Activations a = activations;
        int tokens = sequenceStarts[sequenceStarts.length - 1];
        return List.of(
                layerNorm(engine, tokens, a.hiddenStates, a.normalized),
                multiply(engine, tokens, a.normalized, WIDTH, 3 * WIDTH, After.NOTHING, null, a.queryKeyValue),
                attention(engine, sequenceStarts, a.queryKeyValue, a.context),
                multiply(engine, tokens, a.context, WIDTH, WIDTH, After.RESIDUAL, a.hiddenStates, a.attended),
                layerNorm(engine, tokens, a.attended, a.normalized),
                multiply(engine, tokens, a.normalized, WIDTH, 4 * WIDTH, After.GELU, null, a.intermediate),
                multiply(engine, tokens, a.intermediate, 4 * WIDTH, WIDTH, After.RESIDUAL, a.attended, a.hiddenStates));
    }

    /** What flows between the kernels of a block. All blocks share it, as in the model, so it stays in the caches. */
    record Activations(
            float[] hiddenStates,
            float[] normalized,
            float[] queryKeyValue,
            float[] context,
            float[] attended,
            float[] intermediate) {

        static Activations of(int tokens) {
            return new Activations(
                    values(1, tokens * WIDTH),
                    new float[tokens * WIDTH],
                    new float[tokens * 3 * WIDTH],
                    new float[tokens * WIDTH],
                    new float[tokens * WIDTH],
                    new float[tokens * 4 * WIDTH]);
        }
    }

    private static String suffix(After after) {
        return switch (after) {
            case NOTHING -> "";
            case GELU -> ", GELU";
            case RESIDUAL -> ", residual";
        };
    }

    /** Self-attention of one sequence: 12 heads of 64 channels. Its two products are counted, its softmax is not. */
    static KernelRun attention(Engine engine, int tokens) {
        return attention(engine, new int[] {0, tokens}, values(5, tokens * 3 * WIDTH), new float[tokens * WIDTH]);
    }

    /** Likewise, within each of several sequences; {@code projected} holds queries, keys and values side by side. */
    private static KernelRun attention(Engine engine, int[] sequenceStarts, float[] projected, float[] context) {
        AttentionOperands operands = new AttentionOperands(
                new MatrixView(projected, 0, 3 * WIDTH),
                new MatrixView(projected, WIDTH, 3 * WIDTH),
                new MatrixView(projected, 2 * WIDTH, 3 * WIDTH),
                HEAD_SIZE,
                0.125f,
                new MatrixView(context, 0, WIDTH));
        double scores = 0; // of one head
        for (int i = 1; i < sequenceStarts.length; i++) {
            scores += Math.pow(sequenceStarts[i] - sequenceStarts[i - 1], 2);
        }
        return new KernelRun(
                "attention",
                4 * scores * WIDTH,
                engine,
                context,
                workspace -> ParallelKernels.attend(workspace, operands, HEADS, sequenceStarts, sequenceStarts, null));
    }

    /** Layer norm of {@code [rows, 768]}. */
    static KernelRun layerNorm(Engine engine, int rows) {
        return layerNorm(engine, rows, values(6, rows * WIDTH), new float[rows * WIDTH]);
    }

    private static KernelRun layerNorm(Engine engine, int rows, float[] x, float[] out) {
        float[] weight = values(7, WIDTH);
        float[] bias = values(8, WIDTH);
        return new KernelRun(
                "layer norm",
                0,
                engine,
                out,
                workspace -> ParallelKernels.layerNorm(workspace, x, rows, WIDTH, weight, bias, 1e-12f, out));
    }

    /** Softmax of so many rows of 128 scores, on one thread; a copy of the scores is part of it, since it works in place. */
    static KernelRun softmax(Engine engine, int rows) {
        int columns = 128;
        float[] scores = values(9, rows * columns);
        float[] out = new float[scores.length];
        Kernels kernels = engine.kernels();
        return new KernelRun("softmax", 0, engine, out, workspace -> {
            System.arraycopy(scores, 0, out, 0, scores.length);
            for (int row = 0; row < rows; row++) {
                kernels.softmax(out, row * columns, columns);
            }
        });
    }

    /** GELU of {@code [rows, 3072]}, on one thread; a copy is part of it, since it works in place. */
    static KernelRun gelu(Engine engine, int rows) {
        int columns = 3072;
        float[] x = values(10, rows * columns);
        float[] out = new float[x.length];
        Kernels kernels = engine.kernels();
        return new KernelRun("GELU", 0, engine, out, workspace -> {
            System.arraycopy(x, 0, out, 0, x.length);
            kernels.activate(Activation.GELU, out, 0, rows, columns, columns);
        });
    }

    private static float[] values(int tensor, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = RandomWeights.uniform(tensor, i);
        }
        return values;
    }
}
