package io.tesserae.kernel;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the compiler see the vector kernels while a model is still being loaded. Until C2 has compiled them vectors are objects, a
 * thousand times slower than instructions, and the first answer waits for that.
 *
 * <p>Once per process, when the first large weight is packed, a daemon thread runs every tile height, every usual epilogue,
 * attention and layer norm on tiny matrices of its own. Nothing it computes is ever read. It ends by itself, after
 * {@value #ROUNDS} rounds or {@value #LIMIT_MILLIS} ms, whichever comes first.
 */
final class WarmUp {

    /** Weights of fewer values belong to models whose first answer is there before the compiler is: a megabyte. */
    private static final int LARGE_WEIGHT = 1 << 18;

    /** C2 compiles a tile after some hundred calls; compiled, a round takes some 30 µs. */
    private static final int ROUNDS = 2000;

    private static final long LIMIT_MILLIS = 600;

    /** Long enough that C2 takes the tiles' loops for loops, short enough for the interpreter. */
    private static final int DEPTH = 64;

    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private final Kernels kernels;
    private final TileShape tile;
    private final Workspace workspace;
    private final PackedMatrix weight; // [2 tiles' columns, DEPTH]
    private final float[] bias;
    private final float[] x; // [rows, DEPTH]; also layer norm's weight, queries, keys and values
    private final float[] out; // [rows, 2 tiles' columns]
    private final float[] residual;

    WarmUp(Kernels kernels) {
        this.kernels = kernels;
        tile = kernels.tileShape();
        Engine alone = Engine.builder().kernels(kernels).threads(1).build();
        workspace = alone.workspace();
        int columns = 2 * tile.columns();
        weight = PackedMatrix.pack(alone, columns, DEPTH, (row, count, destination) -> {});
        bias = ParallelKernels.paddedBias(alone, columns);
        x = new float[3 * tile.rows() * DEPTH];
        Arrays.fill(x, 0.5f);
        out = new float[3 * tile.rows() * Math.max(columns, DEPTH)];
        residual = out.clone();
    }

    /** Begins, if it has not begun yet and this weight is one of a model that gains by it. */
    static void beginFor(Kernels kernels, int weightSize) {
        if (weightSize >= LARGE_WEIGHT
                && !(kernels instanceof ScalarKernels)
                && Runtime.getRuntime().availableProcessors() > 1
                && BEGUN.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("tesserae-warm-up").start(() -> new WarmUp(kernels).run());
        }
    }

    void run() {
        long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
        for (int round = 0; round < ROUNDS && System.nanoTime() < deadline; round++) {
            // Tiles of all rows and of two thirds, with a row that overhangs now and then; then those of one third.
            multiply(tile.rows() + 2 * tile.rows() / 3 - (round & 1), Epilogue.NONE);
            multiply(tile.rows() / 3, new Epilogue.Activate(Activation.GELU));
            multiply(tile.rows() / 3, new Epilogue.AddResidual(residual));
            ParallelKernels.layerNorm(workspace, x, 1, DEPTH, x, x, 1e-5f, out);
            attend(tile.rows() + 2 * tile.rows() / 3);
        }
    }

    private void multiply(int rows, Epilogue epilogue) {
        ParallelKernels.multiply(workspace, new MatrixView(x, 0, DEPTH), rows, weight, bias, epilogue, out);
    }

    private void attend(int tokens) {
        MatrixView view = new MatrixView(x, 0, DEPTH);
        AttentionOperands operands =
                new AttentionOperands(view, view, view, DEPTH, 0.125f, new MatrixView(out, 0, DEPTH));
        int[] starts = {0, tokens};
        ParallelKernels.attend(workspace, operands, 1, starts, starts, null);
    }
}
