package io.tesserae.kernel;

import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Products of two matrices that both change from one product to the next, as those of a training step do: nothing is packed for longer
 * than a product takes. Every element is one chain of {@link Math#fma} from the bias, or from 0, with k ascending, as in {@link
 * ParallelKernels#multiply}; then comes the epilogue.
 *
 * <p>The blocks are those of {@link ParallelKernels}. A thread packs a tile's width of the right operand just before it multiplies by it: so
 * it is in that core's cache, and no copy of a whole operand is ever written to memory and read again.
 */
public final class MatrixProducts {

    /** Of a tile's width of the right operand, what may be packed at a time: a megabyte. */
    private static final int MOST_RIGHT = 256 << 10;

    private MatrixProducts() {}

    /**
     * A matrix as an operand.
     *
     * @param matrix as it is stored
     * @param transposed whether the operand is what is stored the other way round: its row r, column c is column r, row c there
     */
    public record Operand(MatrixView matrix, boolean transposed) {

        /** A row-major matrix that fills an array, as it is. */
        public static Operand of(float[] data, int columns) {
            return new Operand(new MatrixView(data, 0, columns), false);
        }

        /** The transpose of a row-major matrix that fills an array. */
        public static Operand transposed(float[] data, int columns) {
            return new Operand(new MatrixView(data, 0, columns), true);
        }
    }

    /**
     * Which numbers a product has.
     *
     * @param rows of the left operand and of the result
     * @param depth columns of the left operand, rows of the right
     * @param columns of the right operand and of the result
     */
    public record Size(int rows, int depth, int columns) {}

    /** What is multiplied, by which kernels, and what becomes of the sums; the bias has whole panels. */
    private record Task(
            Kernels kernels, Operand left, Operand right, Size size, float[] bias, Epilogue epilogue, MatrixView out) {}

    /**
     * A block of rows and a part of the depth.
     *
     * @param sums as in {@link Product}
     */
    private record Block(int firstRow, int rows, int firstDepth, int depth, TileShape tile, float[] sums) {

        int packedSize() {
            return Tensor.elementCount(tile.coveredRows(rows), depth);
        }
    }

    /**
     * {@code out = epilogue(left · right + bias)}, by all threads of the machine.
     *
     * @param left {@code [rows, depth]}
     * @param right {@code [depth, columns]}
     * @param bias {@code [columns]}, or null for none
     * @param out {@code [rows, columns]}; not an operand, but it may be the residual stream that the epilogue adds
     */
    public static void multiply(
            Workspace workspace,
            Operand left,
            Operand right,
            Size size,
            float[] bias,
            Epilogue epilogue,
            MatrixView out) {
        Kernels kernels = workspace.machine().kernels();
        int covered = kernels.wholePanels(size.columns());
        float[] wholeBias = workspace.floats(Workspace.Use.BIAS, covered);
        int given = bias == null ? 0 : size.columns();
        if (given > 0) {
            System.arraycopy(bias, 0, wholeBias, 0, given);
        }
        Arrays.fill(wholeBias, given, covered, 0f);
        Task task = new Task(kernels, left, right, size, wholeBias, epilogue, out);
        boolean alone = (long) size.rows() * size.depth() * size.columns() < ParallelKernels.ALONE;
        overBlocks(
                task,
                length -> workspace.floats(Workspace.Use.SUMS, length),
                block -> multiplyBlock(workspace, alone, task, block));
    }

    /**
     * {@code out = left · right} on this thread alone, for work that is shared among threads in another way.
     *
     * @param scratch the thread's own
     * @param out {@code [rows, columns]}; not an operand
     */
    public static void multiplyAlone(
            Kernels kernels, Scratch scratch, Operand left, Operand right, Size size, MatrixView out) {
        int covered = kernels.wholePanels(size.columns());
        float[] nothing = scratch.floats(Scratch.Use.NOTHING, covered); // nobody writes to it
        Task task = new Task(kernels, left, right, size, nothing, Epilogue.NONE, out);
        overBlocks(task, length -> scratch.floats(Scratch.Use.SUMS_OF_PARTS, length), block -> {
            float[] packed = scratch.floats(Scratch.Use.PACKED, block.packedSize());
            packLeft(task, block, packed);
            int width = block.tile().columns();
            for (int column = 0; column < size.columns(); column += width) {
                multiplyWidth(task, block, packed, column, scratch);
            }
        });
    }

    private static void overBlocks(Task task, IntFunction<float[]> memory, Consumer<Block> work) {
        Size size = task.size();
        if (size.columns() == 0) {
            return;
        }
        if (size.depth() == 0) {
            finishWithoutDepth(task);
            return;
        }
        Kernels kernels = task.kernels();
        int rows = size.rows();
        TileShape tile = kernels.tileShape(rows, Precision.FLOAT32);
        boolean inParts =
                ParallelKernels.tooDeep(tile, rows, size.depth()) || (long) tile.columns() * size.depth() > MOST_RIGHT;
        int blockDepth = Math.min(inParts ? kernels.blockDepth() : size.depth(), size.depth());
        int blockRows = ParallelKernels.blockRows(tile, rows, blockDepth);
        int blocks = rows == 0 ? 0 : ParallelKernels.rowBlocks(rows, blockRows, tile);
        for (int block = 0; block < blocks; block++) {
            int from = block * blockRows;
            int count = block == blocks - 1 ? rows - from : blockRows;
            TileShape blockTile = kernels.tileShape(count, Precision.FLOAT32);
            float[] sums = blockDepth == size.depth()
                    ? null
                    : memory.apply(Tensor.elementCount(
                            blockTile.coveredRows(count), blockTile.coveredColumns(size.columns())));
            for (int k = 0, depth; k < size.depth(); k += depth) {
                depth = Math.min(blockDepth, size.depth() - k);
                work.accept(new Block(from, count, k, depth, blockTile, sums));
            }
        }
    }

    /** What sums of nothing become. */
    private static void finishWithoutDepth(Task task) {
        int columns = task.size().columns();
        for (int row = 0; row < task.size().rows(); row++) {
            for (int column = 0; column < columns; column++) {
                int at = row * columns + column;
                task.out().data()[task.out().at(row, column)] =
                        ScalarKernels.finished(task.epilogue(), task.bias()[column], column, at);
            }
        }
    }

    /** The threads share the columns; each packs the left operand for itself where {@link ParallelKernels#packsForItself} says so. */
    private static void multiplyBlock(Workspace workspace, boolean alone, Task task, Block block) {
        Workers workers = workspace.machine().workers();
        TileShape tile = block.tile();
        int columns = task.size().columns();
        long values = (long) block.rows() * block.depth();
        boolean together = !alone && !ParallelKernels.packsForItself(workers.threads(), values, columns);
        float[] packedForAll = together ? workspace.floats(Workspace.Use.PACKED, block.packedSize()) : null;
        if (together) {
            workers.run(
                    tile.tilesOver(block.rows()), (index, thread) -> packLeftTile(task, block, index, packedForAll));
        }
        long number = workspace.nextProduct();
        ParallelKernels.run(workers, alone, Math.ceilDiv(columns, tile.columns()), (index, thread) -> {
            Scratch scratch = workspace.scratch(thread);
            float[] packed = together ? packedForAll : scratch.floats(Scratch.Use.PACKED, block.packedSize());
            if (!together && scratch.packsFirst(number)) {
                packLeft(task, block, packed);
            }
            multiplyWidth(task, block, packed, index * tile.columns(), scratch);
        });
    }

    /** A tile's width of columns, for all rows of a block. */
    private static void multiplyWidth(Task task, Block block, float[] packed, int column, Scratch scratch) {
        Size size = task.size();
        int depth = block.depth();
        int covered = task.kernels().wholePanels(Math.min(block.tile().columns(), size.columns() - column));
        float[] right = scratch.floats(
                Scratch.Use.RIGHT, PackedMatrix.ALIGNMENT + block.tile().columns() * depth);
        int lanes = block.tile().lanes();
        int exist = Math.min(covered, size.columns() - column);
        Packing packing = new Packing(task.kernels(), block.firstDepth(), depth, right);
        packing.pack(task.right(), task.right().transposed(), column, exist, PackedMatrix.ALIGNMENT, lanes);
        if (exist <= covered - lanes) {
            int behind = Math.ceilDiv(exist, lanes) * lanes;
            Arrays.fill(right, PackedMatrix.ALIGNMENT + behind * depth, PackedMatrix.ALIGNMENT + covered * depth, 0f);
        }
        PackedMatrix weight = PackedMatrix.part(
                task.kernels(), right, size.columns(), size.depth(), column, block.firstDepth(), depth);
        Product product = new Product(
                block.firstDepth(),
                depth,
                block.tile(),
                block.sums(),
                block.firstRow(),
                block.rows(),
                weight,
                size.columns(),
                task.bias(),
                task.epilogue(),
                task.out());
        task.kernels().multiply(product, packed, column, column, scratch);
    }

    private static void packLeft(Task task, Block block, float[] packed) {
        TileShape tile = block.tile();
        int full = tile.fullTilesOver(block.rows());
        packLeftTiles(task, block, 0, full * tile.rows(), tile.rows(), packed);
        for (int index = full; index < tile.tilesOver(block.rows()); index++) {
            packLeftTile(task, block, index, packed);
        }
    }

    private static void packLeftTile(Task task, Block block, int index, float[] packed) {
        TileShape tile = block.tile();
        int row = tile.tileStart(block.rows(), index);
        int tileRows = tile.nextRows(block.rows() - row);
        packLeftTiles(task, block, row, tileRows, tileRows, packed);
    }

    /** Packs some rows of the left operand, for tiles of one height. */
    private static void packLeftTiles(Task task, Block block, int row, int rows, int tileRows, float[] packed) {
        int exist = Math.min(rows, block.rows() - row);
        new Packing(task.kernels(), block.firstDepth(), block.depth(), packed)
                .pack(
                        task.left(),
                        !task.left().transposed(),
                        block.firstRow() + row,
                        exist,
                        row * block.depth(),
                        tileRows);
    }

    /**
     * Packs a part of the depth.
     *
     * @param packed {@code [groups][depth][of a group]}
     */
    private record Packing(Kernels kernels, int firstDepth, int depth, float[] packed) {

        /**
         * Packs rows of a left operand, or columns of a right one, in groups. What the last group has beyond {@code count} becomes zero.
         *
         * @param turned whether what is packed are rows of the matrix; else its columns
         * @param to where the first group begins
         * @param size of a group
         */
        void pack(Operand operand, boolean turned, int first, int count, int to, int size) {
            MatrixView matrix = operand.matrix();
            int done = 0;
            if (!turned) {
                int together = count / size * size;
                if (together <= matrix.columnsInBlockFrom(first)) {
                    int from = matrix.at(firstDepth, first);
                    kernels.cutRows(
                            matrix.data(), from, matrix.stride(), depth, size, count / size, packed, to, size * depth);
                    done = together;
                }
            }
            for (; done < count; done += size) {
                int exist = Math.min(size, count - done);
                int at = to + done * depth;
                if (exist < size) {
                    Arrays.fill(packed, at, at + size * depth, 0f);
                }
                if (turned) {
                    packRows(matrix, first + done, exist, at, size);
                } else {
                    packColumns(matrix, first + done, exist, at, size);
                }
            }
        }

        private void packRows(MatrixView matrix, int first, int count, int to, int size) {
            for (int k = 0, piece; k < depth; k += piece) {
                piece = Math.min(depth - k, matrix.columnsInBlockFrom(firstDepth + k));
                int from = matrix.at(first, firstDepth + k);
                kernels.transpose(matrix.data(), from, matrix.stride(), count, piece, packed, to + k * size, size);
            }
        }

        /** Columns that are no whole group, or that lie in several blocks. */
        private void packColumns(MatrixView matrix, int first, int count, int to, int size) {
            for (int i = 0, piece; i < count; i += piece) {
                piece = Math.min(count - i, matrix.columnsInBlockFrom(first + i));
                int from = matrix.at(firstDepth, first + i);
                for (int k = 0; k < depth; k++) {
                    System.arraycopy(matrix.data(), from + k * matrix.stride(), packed, to + k * size + i, piece);
                }
            }
        }
    }
}
