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
import java.util.function.Consumer;

/**
 * One kernel with operands of one size, ready to be run again and again.
 *
 * @param name for tables
 * @param operations float32 operations of one run, a multiply-add counted as two; 0 for kernels that nobody counts
 * @param result what a run writes, the same each time
 */
record KernelRun(String name, double operations, Engine engine, float[] result, Consumer<Workspace> kernel) {

    /** What follows a product in DistilBERT. */
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
        float[] x = values(1, rows * inFeatures);
        PackedMatrix weight =
                PackedMatrix.pack(engine, Tensor.of(values(2, outFeatures * inFeatures), outFeatures, inFeatures));
        float[] bias = ParallelKernels.paddedBias(engine, outFeatures);
        System.arraycopy(values(3, outFeatures), 0, bias, 0, outFeatures);
        Epilogue epilogue = switch (after) {
            case NOTHING -> Epilogue.NONE;
            case GELU -> new Epilogue.Activate(Activation.GELU);
            case RESIDUAL -> new Epilogue.AddResidual(values(4, rows * outFeatures));
        };
        float[] out = new float[rows * outFeatures];
        MatrixView view = new MatrixView(x, 0, inFeatures);
        return new KernelRun(
                inFeatures + " → " + outFeatures + suffix(after),
                2.0 * rows * inFeatures * outFeatures,
                engine,
                out,
                workspace -> ParallelKernels.multiply(workspace, view, rows, weight, bias, epilogue, out));
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
        float[] projected = values(5, tokens * 3 * WIDTH); // queries, keys and values side by side
        float[] context = new float[tokens * WIDTH];
        AttentionOperands operands = new AttentionOperands(
                new MatrixView(projected, 0, 3 * WIDTH),
                new MatrixView(projected, WIDTH, 3 * WIDTH),
                new MatrixView(projected, 2 * WIDTH, 3 * WIDTH),
                HEAD_SIZE,
                0.125f,
                new MatrixView(context, 0, WIDTH));
        int[] starts = {0, tokens};
        return new KernelRun(
                "attention",
                4.0 * tokens * tokens * WIDTH,
                engine,
                context,
                workspace -> ParallelKernels.attend(workspace, operands, HEADS, starts, starts, null));
    }

    /** Layer norm of {@code [rows, 768]}. */
    static KernelRun layerNorm(Engine engine, int rows) {
        float[] x = values(6, rows * WIDTH);
        float[] weight = values(7, WIDTH);
        float[] bias = values(8, WIDTH);
        float[] out = new float[rows * WIDTH];
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
            values[i] = RandomDistilBert.uniform(tensor, i);
        }
        return values;
    }
}
