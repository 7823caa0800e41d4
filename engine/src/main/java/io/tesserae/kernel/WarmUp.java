package io.tesserae.kernel;

import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the compiler see the vector kernels: every tile height, every usual epilogue, attention and layer norm, on tiny matrices of
 * its own. Until C2 has compiled them vectors are objects, a thousand times slower than instructions, and the first answer waits
 * for that. Nothing that is computed here is ever read.
 *
 * <p>Once per process, on a daemon thread: with the {@link VectorKernels} when the first large weight is packed, for
 * {@value #LIMIT_MILLIS} ms at most. With the {@link WarmingKernels} when there is more to compute than one short text, in turns with the same
 * rounds a value at a time: where vectors take no more than twice as long three times in a row they are compiled, and
 * are used from then on.
 */
final class WarmUp {

    /** Weights of fewer values belong to models whose first answer is there before the compiler is: a megabyte. */
    private static final int LARGE_WEIGHT = 1 << 18;

    /** C2 compiles a tile after some hundred calls; compiled, a round takes some 30 µs. */
    private static final int ROUNDS = 2000;

    /** After so many everything has been called often enough for C1; the rest of the time is the tokenizer's. */
    private static final int ROUNDS_WITHOUT_VECTORS = 100;

    private static final long LIMIT_MILLIS = 600;

    /** Then vectors are taken for compiled. */
    private static final long PATIENCE_MILLIS = 30_000;

    /** Long enough that C2 takes the tiles' loops for loops, short enough for the interpreter. */
    private static final int DEPTH = 16;

    /** Every so many rounds what only decoders compute: their first answer is many steps long, others should not wait for it. */
    private static final int ROUNDS_OF_A_STEP = 4;

    private static final AtomicBoolean BEGUN = new AtomicBoolean();
    private static final AtomicBoolean BEGUN_WITHOUT_VECTORS = new AtomicBoolean();

    /** That of the last weight with 16 bits. */
    private static volatile Precision loaded = Precision.FLOAT32;

    private static final PackedMatrix.RowReader NOTHING = (row, count, destination) -> {};

    private final TileShape tile;
    private final int stepChannels; // of a head, as many as VectorFewQueries takes at a time
    private final Workspace workspace;
    private final PackedMatrix weight; // [3 panels' columns, DEPTH]
    private final WeightMatrix stored; // likewise
    private final PackedMatrix halves; // [6 panels' columns, DEPTH] of 16 bits, or null if no model has such weights
    private final float[] bias;
    private final float[] x; // [rows, DEPTH]; also queries, keys and values
    private final float[] ofNorm; // [DEPTH], layer norm's weight and bias
    private final float[] out; // [rows, 6 panels' columns]
    private final float[] residual;
    private final Tensor row; // [1, DEPTH], of x
    private final Tensor normalized; // [1, DEPTH], of out

    /**
     * Has tiny matrices ready.
     *
     * @param precision of the weights that will be multiplied beside those of float32
     */
    WarmUp(Kernels kernels, Precision precision) {
        VectorKernels vector = new VectorKernels();
        tile = vector.tileShape(Integer.MAX_VALUE, Precision.FLOAT32);
        Machine alone = new Machine(kernels, new Workers(1), Precision.FLOAT32, true);
        workspace = alone.workspace();
        int columns = 3 * vector.panelColumns(); // so that a tile of two panels is followed by one that has but one
        weight = PackedMatrix.pack(alone, Precision.FLOAT32, columns, DEPTH, NOTHING);
        stored = WeightMatrix.load(alone, Precision.FLOAT32, columns, DEPTH, NOTHING, true);
        int twice = 2 * columns; // so that a tile of four panels, for one row, is followed by one of two
        halves = precision == Precision.FLOAT32 ? null : PackedMatrix.pack(alone, precision, twice, DEPTH, NOTHING);
        bias = ParallelKernels.paddedBias(alone, twice);
        stepChannels = 2 * vector.panelColumns();
        x = new float[3 * tile.rows() * Math.max(DEPTH, stepChannels)];
        Arrays.fill(x, 0.5f);
        out = new float[3 * tile.rows() * Math.max(twice, DEPTH)];
        residual = out.clone();
        ofNorm = Arrays.copyOf(x, DEPTH);
        row = Tensor.of(x, 1, DEPTH);
        normalized = Tensor.of(out, 1, DEPTH);
    }

    /** Begins where kernels compute with vectors from the start, if this weight is one of a model that gains by it. */
    static void beginFor(Kernels kernels, Precision precision, int weightSize) {
        loads(precision);
        if (weightSize >= LARGE_WEIGHT && kernels instanceof VectorKernels) {
            beginForAWhile();
        }
    }

    /**
     * Begins with what short texts are computed with before vectors are compiled, if this weight is one of a model that gains by it: a
     * processor is free for that while the tokenizer is read.
     */
    static void beginWithoutVectorsFor(Precision precision, long weightSize) {
        loads(precision);
        if (weightSize >= LARGE_WEIGHT
                && Runtime.getRuntime().availableProcessors() > 1
                && BEGUN_WITHOUT_VECTORS.compareAndSet(false, true)) {
            start(WarmUp::withoutVectors);
        }
    }

    private static void loads(Precision precision) {
        if (precision != Precision.FLOAT32) {
            loaded = precision;
        }
    }

    /** Begins, if it has not begun yet and there is a processor for it: with one only it would hold up what it is to help. */
    static void beginForAWhile() {
        if (Runtime.getRuntime().availableProcessors() > 1) {
            begin(WarmUp::forAWhile);
        }
    }

    /** Begins, if it has not begun yet, and tells the {@link WarmingKernels} when it is done. */
    static void beginUntilCompiled() {
        begin(WarmUp::untilCompiled);
    }

    private static void begin(Runnable rounds) {
        if (BEGUN.compareAndSet(false, true)) {
            start(rounds);
        }
    }

    /** On a thread of its own; where the system has none left, not at all: all works without, only later at full speed. */
    static void start(Runnable rounds) {
        try {
            Thread thread = Workers.newThread(rounds);
            thread.setName("tesserae-warm-up");
            thread.start();
        } catch (OutOfMemoryError e) {
            WarmingKernels.vectorsAreCompiled(); // nobody would say so otherwise
        }
    }

    static void withoutVectors() {
        WarmUp scalar = new WarmUp(new ScalarKernels(), loaded);
        for (int round = 0; round < ROUNDS_WITHOUT_VECTORS && !WarmingKernels.haveComputed(); round++) {
            scalar.round(round);
        }
    }

    static void forAWhile() {
        WarmUp vector = new WarmUp(new VectorKernels(), loaded);
        long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
        for (int round = 0; round < ROUNDS && System.nanoTime() < deadline; round++) {
            vector.round(round);
        }
    }

    static void untilCompiled() {
        WarmUp vector = new WarmUp(new VectorKernels(), loaded);
        WarmUp scalar = new WarmUp(new ScalarKernels(), loaded);
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        for (int round = 0, compiled = 0; compiled < 3 && System.nanoTime() < deadline; round++) {
            long begin = System.nanoTime();
            vector.round(round);
            long middle = System.nanoTime();
            scalar.round(round);
            long end = System.nanoTime();
            compiled = middle - begin <= 2 * (end - middle) ? compiled + 1 : 0;
        }
        WarmingKernels.vectorsAreCompiled();
    }

    private void round(int round) {
        // As short texts multiply, with a row that overhangs now and then, and as a classifier's first token does.
        // Attention has the tiles of all rows and of two thirds.
        multiply(tile.rows() + 2 * tile.rows() / 3 - (round & 1), Epilogue.NONE);
        multiply(tile.rows() / 3, new Epilogue.Activate(Activation.GELU));
        multiply(1, new Epilogue.AddResidual(residual));
        if (halves != null) {
            multiply(halves, 2 * tile.rows() - (round & 1), Epilogue.NONE);
        }
        ParallelKernels.layerNorm(workspace, row, ofNorm, ofNorm, 1e-5f, normalized);
        attend(tile.rows() + 2 * tile.rows() / 3);
        if (round % ROUNDS_OF_A_STEP == 0) {
            int keys = 3 * tile.rows() - round / ROUNDS_OF_A_STEP % 2 * tile.rows();
            attend(1, keys, AttentionShape.of(1, stepChannels));
            attend(tile.rows(), keys, AttentionShape.of(1, DEPTH));
            if (halves != null) {
                multiply(halves, 1 + round / ROUNDS_OF_A_STEP % 3, Epilogue.NONE);
            }
        }
    }

    /** As a decoder does: for the newest token of a text, and for some. */
    private void attend(int queries, int keys, AttentionShape shape) {
        MatrixView view = new MatrixView(x, 0, shape.headSize());
        MatrixView context = new MatrixView(out, 0, shape.headSize());
        AttentionPattern pattern = AttentionPattern.ragged(
                new int[] {0, queries}, new int[] {0, keys}, AttentionPattern.LAST, Sight.CAUSAL, ScoreBias.NONE);
        AttentionOperands operands = new AttentionOperands(view, view, view, context, shape);
        ParallelKernels.attend(workspace, operands, pattern, AttentionMaps.NONE);
    }

    private void multiply(int rows, Epilogue epilogue) {
        multiply(weight, rows, epilogue);
    }

    private void multiply(PackedMatrix weight, int rows, Epilogue epilogue) {
        MatrixView view = new MatrixView(x, 0, DEPTH);
        if (workspace.machine().kernels() instanceof VectorKernels) {
            ParallelKernels.multiply(workspace, view, rows, weight, bias, epilogue, out);
        } else {
            int columns = stored.outFeatures();
            MatrixView matrix = new MatrixView(out, 0, columns);
            ProductExtent extent = ProductExtent.whole(rows, columns);
            StoredProduct.multiply(workspace, view, stored, bias, extent, epilogue, matrix);
        }
    }

    private void attend(int tokens) {
        MatrixView view = new MatrixView(x, 0, DEPTH);
        MatrixView context = new MatrixView(out, 0, DEPTH);
        int[] starts = {0, tokens};
        ParallelKernels.attend(
                workspace,
                new AttentionOperands(view, view, view, context, AttentionShape.of(1, DEPTH)),
                AttentionPattern.everything(starts, starts),
                AttentionMaps.NONE);
    }
}
