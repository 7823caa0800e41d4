package io.tesserae.kernel;

import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;

/** The kernels over whole matrices: cuts the work into tasks and hands them to the machine's threads. */
public final class ParallelKernels {

    /** Fewer multiply-adds than this (some 3 µs) are not worth waking anyone for. */
    static final long ALONE = 200_000;

    /** Attention has work beside its multiply-adds: a head of a short text takes some microseconds of packing and exponentials. */
    private static final long ATTEND_ALONE = 30_000;

    /** This many values are packed in some 3 µs, which is less than sharing the work among threads takes. */
    private static final int PACKED_AT_ONCE = 32_768;

    /** This many columns of a product take 10 times as long as packing its activations. */
    private static final int COLUMNS_WORTH_A_COPY = 256;

    /**
     * Packed activations of a block of rows: a megabyte, so that they stay in the second-level cache beside two panels. Half a
     * megabyte cuts the 197 tokens of a picture in two and costs them 3 %; 788 and 1,024 rows take as long either way.
     */
    private static final int BLOCK_FLOATS = 256 << 10;

    /** Fewer full tiles than this in a block would bring the weights through the caches too often. */
    private static final int LEAST_TILES = 12;

    /** Queries of a part of a head, when threads would have nothing to do otherwise. */
    private static final int LEAST_PART = 64;

    /** Queries of a part whose keys are packed at little cost; and, of more than one block of keys, the most: see {@link #queryParts}. */
    private static final int LONG_PART = 512;

    /** So many for each thread, where they are long. */
    private static final int PARTS_OF_A_THREAD = 4;

    private ParallelKernels() {}

    /**
     * {@code out = epilogue(x · weightᵀ + bias)}.
     *
     * @param x {@code [rows of all, inFeatures]}
     * @param weight which may not be packed yet, and perhaps need not be
     * @param bias as long as {@link #paddedBias} makes it
     * @param extent which rows and columns
     * @param out {@code [rows of all, outFeatures]}; must not be what {@code x} views
     */
    public static void multiply(
            Workspace workspace,
            MatrixView x,
            WeightMatrix weight,
            float[] bias,
            ProductExtent extent,
            Epilogue epilogue,
            MatrixView out) {
        int rows = extent.rows();
        if (rows == 0) {
            return; // a batch of empty sequences, or no place to look at
        }
        long multiplyAdds = (long) rows * weight.inFeatures() * extent.columns();
        if (workspace.machine().kernels().readsRows(rows, multiplyAdds)) {
            StoredProduct.multiply(workspace, x, weight, bias, extent, epilogue, out);
        } else {
            multiply(workspace, x, weight.packed(), bias, extent, epilogue, out);
        }
    }

    /** The same product of a weight that is packed. */
    public static void multiply(
            Workspace workspace,
            MatrixView x,
            PackedMatrix weight,
            float[] bias,
            ProductExtent extent,
            Epilogue epilogue,
            MatrixView out) {
        int rows = extent.rows();
        Kernels kernels = workspace.machine().kernels();
        TileShape tile = kernels.tileShape(rows, weight.precision());
        int inFeatures = weight.inFeatures();
        boolean alone = (long) rows * inFeatures * extent.columns() < ALONE;
        int blockDepth = tooDeep(tile, rows, inFeatures) ? kernels.blockDepth() : inFeatures;
        int blockRows = blockRows(tile, rows, Math.min(blockDepth, inFeatures));
        int blocks = rowBlocks(rows, blockRows, tile);
        for (int block = 0; block < blocks; block++) {
            int from = block * blockRows;
            int count = block == blocks - 1 ? rows - from : blockRows;
            TileShape blockTile = kernels.tileShape(count, weight.precision());
            float[] sums = blockDepth >= inFeatures
                    ? null
                    : workspace.floats(
                            Workspace.Use.SUMS,
                            Tensor.elementCount(
                                    blockTile.coveredRows(count), blockTile.coveredColumns(weight.outFeatures())));
            for (int k = 0, depth; k < inFeatures; k += depth) {
                depth = Math.min(blockDepth, inFeatures - k);
                Product product = new Product(
                        k,
                        depth,
                        blockTile,
                        sums,
                        extent.firstRow() + from,
                        count,
                        weight,
                        extent.endColumn(),
                        bias,
                        epilogue,
                        out);
                multiplyBlock(workspace, alone, x.from(k), extent, product);
            }
        }
    }

    /**
     * Whether packed activations of so many rows, or of the fewest that are worth a block, would not stay in the second-level
     * cache. Then a part of the depth is finished for all columns before the next: one part of the activations is in the cache
     * at a time, and the weights still pass by once a block. Only 3,072 to 768 is so deep, with 86 rows or more.
     */
    static boolean tooDeep(TileShape tile, int rows, int inFeatures) {
        return (long) Math.min(rows, LEAST_TILES * tile.rows()) * inFeatures > BLOCK_FLOATS;
    }

    /** Every thread walks a run of tiles' widths of columns, and where that costs little more, packs the activations for itself. */
    private static void multiplyBlock(
            Workspace workspace, boolean alone, MatrixView x, ProductExtent extent, Product product) {
        Kernels kernels = workspace.machine().kernels();
        Workers workers = workspace.machine().workers();
        int columns = product.tile().columns();
        int first = extent.firstColumn() / columns;
        int widths = Math.ceilDiv(product.endColumn(), columns) - first;
        int parts = parts(first, widths, columns, extent.partColumns());
        boolean together =
                !alone && !packsForItself(workers.threads(), (long) product.rows() * product.depth(), widths * columns);
        float[] packedForAll = together ? packForAll(workspace, x, product) : null;
        long number = workspace.nextProduct();
        run(workers, alone, widths, (index, thread) -> {
            Scratch scratch = workspace.scratch(thread);
            float[] packedRows = together ? packedForAll : scratch.floats(Scratch.Use.PACKED, product.packedSize());
            if (!together && scratch.packsFirst(number)) {
                packAlone(kernels, x, product, packedRows);
            }
            int column = (first + placeOf(index, parts, widths)) * columns;
            int nextColumn = (first + placeOf((index + 1) % widths, parts, widths)) * columns;
            kernels.multiply(product, packedRows, column, nextColumn, scratch);
        });
    }

    /** How many parts these widths are, where all of them begin and end with one; else 1. */
    private static int parts(int first, int widths, int columns, int partColumns) {
        int widthsOfPart = partColumns / columns;
        boolean whole = widthsOfPart > 0
                && partColumns % columns == 0
                && first % widthsOfPart == 0
                && widths % widthsOfPart == 0;
        return whole ? widths / widthsOfPart : 1;
    }

    /** Where a task's columns are: the parts take turns. */
    private static int placeOf(int index, int parts, int widths) {
        return index % parts * (widths / parts) + index / parts;
    }

    /**
     * Whether each of so many threads packs a product's activations for itself. What another core has just written comes from that
     * core's cache, slower than from memory: 336 rows of 768, in two threads, by 768 columns ran at 302 GFLOP/s when each packed
     * half of the rows for both, at 320 with a copy for each, at 347 without any packing. The more threads share the columns, the more the copies weigh.
     */
    static boolean packsForItself(int threads, long values, int columns) {
        return values <= PACKED_AT_ONCE || columns >= (threads - 1) * COLUMNS_WORTH_A_COPY;
    }

    private static float[] packForAll(Workspace workspace, MatrixView x, Product product) {
        Kernels kernels = workspace.machine().kernels();
        float[] packed = workspace.floats(Workspace.Use.PACKED, product.packedSize());
        int tiles = product.tile().tilesOver(product.rows());
        workspace.machine().workers().run(tiles, (index, thread) -> packTile(kernels, x, product, index, packed));
        return packed;
    }

    private static void packAlone(Kernels kernels, MatrixView x, Product product, float[] packed) {
        for (int index = 0; index < product.tile().tilesOver(product.rows()); index++) {
            packTile(kernels, x, product, index, packed);
        }
    }

    static void packTile(Kernels kernels, MatrixView x, Product product, int index, float[] packed) {
        TileShape tile = product.tile();
        int row = tile.tileStart(product.rows(), index);
        int tileRows = tile.nextRows(product.rows() - row);
        int exist = Math.min(tileRows, product.rows() - row);
        int at = row * product.depth();
        kernels.packRows(x, product.firstRow() + row, exist, tileRows, product.depth(), packed, at);
        float factor = product.weight().factor();
        if (factor != 1f) {
            boolean scaled = kernels.scale(factor, packed, at, tileRows * product.depth());
            packed[product.factorAt(row)] = scaled ? factor : 1f;
        }
    }

    /** All columns of a product, into a row-major matrix that is all of an array. */
    public static void multiply(
            Workspace workspace,
            MatrixView x,
            int rows,
            PackedMatrix weight,
            float[] bias,
            Epilogue epilogue,
            float[] out) {
        int outFeatures = weight.outFeatures();
        MatrixView matrix = new MatrixView(out, 0, outFeatures);
        multiply(workspace, x, weight, bias, ProductExtent.whole(rows, outFeatures), epilogue, matrix);
    }

    /** Rows of a block: as many as the cache holds, but all blocks about alike. */
    static int blockRows(TileShape tile, int rows, int depth) {
        int most = Math.max(LEAST_TILES, BLOCK_FLOATS / Math.max(1, depth) / tile.rows()) * tile.rows();
        int blocks = Math.max(1, Math.ceilDiv(rows, most));
        return Math.ceilDiv(Math.ceilDiv(rows, blocks), tile.rows()) * tile.rows();
    }

    /** Blocks of rows; the last is longer where cutting it would cut a pair of short tiles. */
    static int rowBlocks(int rows, int blockRows, TileShape tile) {
        int whole = rows / blockRows;
        int left = rows - whole * blockRows;
        return whole == 0 ? 1 : left <= tile.rows() / 3 ? whole : whole + 1;
    }

    /** A bias as long as {@link #multiply} wants it: filled up with zeros to the widest tiles, of two panels. */
    public static float[] paddedBias(Machine machine, int outFeatures) {
        int widest = 2 * machine.kernels().panelColumns();
        return new float[Math.ceilDiv(outFeatures, widest) * widest];
    }

    /**
     * {@link Kernels#layerNorm} of all rows.
     *
     * @param x {@code [rows, columns]}
     * @param out {@code [rows, columns]}; may be {@code x}
     */
    public static void layerNorm(
            Workspace workspace, Tensor x, float[] weight, float[] bias, float epsilon, Tensor out) {
        Kernels kernels = workspace.machine().kernels();
        int columns = requireColumns(weight, x, out);
        overRows(
                workspace,
                x.dimension(0),
                columns,
                (from, to) -> kernels.layerNorm(x.data(), from, to, columns, weight, bias, epsilon, out.data()));
    }

    /**
     * {@link Kernels#rmsNorm} of all rows.
     *
     * @param x {@code [rows, columns]}
     * @param out {@code [rows, columns]}; may be {@code x}
     */
    public static void rmsNorm(Workspace workspace, Tensor x, float[] weight, float epsilon, Tensor out) {
        Kernels kernels = workspace.machine().kernels();
        int columns = requireColumns(weight, x, out);
        overRows(
                workspace,
                x.dimension(0),
                columns,
                (from, to) -> kernels.rmsNorm(x.data(), from, to, columns, weight, epsilon, out.data()));
    }

    /**
     * {@link Kernels#standardize} of all rows of so many values.
     *
     * @param x {@code [rows · columns]}, of any shape
     * @param columns of a row: the pixels of a channel, or of a group of channels
     * @param out of the same size; may be {@code x}
     */
    public static void standardize(Workspace workspace, Tensor x, int columns, float epsilon, Tensor out) {
        Kernels kernels = workspace.machine().kernels();
        int rows = requireRows(x, columns, out);
        overRows(
                workspace,
                rows,
                columns,
                (from, to) -> kernels.standardize(x.data(), from, to, columns, epsilon, out.data()));
    }

    /**
     * {@link Kernels#means} of all rows of so many values.
     *
     * @param x {@code [rows · columns]}, of any shape
     * @param out {@code [rows]}, of any shape
     */
    public static void means(Workspace workspace, Tensor x, int columns, Tensor out) {
        Kernels kernels = workspace.machine().kernels();
        if (x.size() != Tensor.elementCount(out.size(), columns)) {
            throw new IllegalArgumentException("means of " + columns + " values from " + x + " to " + out);
        }
        overRows(workspace, out.size(), columns, (from, to) -> kernels.means(x.data(), from, to, columns, out.data()));
    }

    /**
     * {@link Kernels#scaleRows} of all rows of so many values.
     *
     * @param x {@code [rows · columns]}, of any shape
     * @param scale {@code [period]}
     * @param shift {@code [period]}
     * @param out of the same size; may be {@code x}
     */
    public static void scaleRows(Workspace workspace, Tensor x, int columns, Tensor scale, Tensor shift, Tensor out) {
        Kernels kernels = workspace.machine().kernels();
        int rows = requireRows(x, columns, out);
        int period = scale.size();
        if (shift.size() != period) {
            throw new IllegalArgumentException("scaling by " + scale + " and shifting by " + shift);
        }
        overRows(
                workspace,
                rows,
                columns,
                (from, to) ->
                        kernels.scaleRows(x.data(), from, to, columns, scale.data(), shift.data(), period, out.data()));
    }

    /** Every value through an activation, in place. */
    public static void activate(Workspace workspace, Activation activation, Tensor x) {
        Kernels kernels = workspace.machine().kernels();
        int columns = 1024; // of a stretch; where it is cut does not matter
        overRows(workspace, Math.ceilDiv(x.size(), columns), columns, (from, to) -> {
            int end = Math.min(x.size(), to * columns);
            int count = end - from * columns;
            kernels.activate(activation, x.data(), from * columns, 1, count, count);
        });
    }

    private static int requireRows(Tensor x, int columns, Tensor out) {
        if (columns < 1 || x.size() % columns != 0 || x.size() != out.size()) {
            throw new IllegalArgumentException("rows of " + columns + " values from " + x + " to " + out);
        }
        return x.size() / columns;
    }

    private static int requireColumns(float[] weight, Tensor x, Tensor out) {
        if (x.dimension(-1) != weight.length
                || out.dimension(-1) != weight.length
                || x.dimension(0) != out.dimension(0)) {
            throw new IllegalArgumentException("normalising " + weight.length + " columns from " + x + " to " + out);
        }
        return weight.length;
    }

    /**
     * {@link Kernels#gate} of all rows.
     *
     * @param x {@code [rows, 2 · columns]}
     * @param out {@code [rows, columns]}; not {@code x}
     */
    public static void gate(Workspace workspace, Activation activation, Tensor x, Tensor out) {
        Kernels kernels = workspace.machine().kernels();
        int columns = out.dimension(1);
        if (x.dimension(1) != 2 * columns || x.dimension(0) != out.dimension(0)) {
            throw new IllegalArgumentException("a gate from " + x + " to " + out);
        }
        overRows(
                workspace,
                out.dimension(0),
                columns,
                (from, to) -> kernels.gate(activation, x.data(), from, to, columns, out.data()));
    }

    /**
     * {@link Kernels#rotate} of some heads.
     *
     * @param x {@code [rows, heads · headSize]}, of which each head is a block of columns
     * @param heads how many, from the first block on
     * @param positions {@code [rows]}, the same for all heads
     */
    public static void rotate(Workspace workspace, RotaryTable table, MatrixView x, int heads, int[] positions) {
        Kernels kernels = workspace.machine().kernels();
        boolean alone = (long) heads * positions.length * table.channels() < PACKED_AT_ONCE;
        run(workspace.machine().workers(), alone, heads, (head, thread) -> {
            int offset = x.offset() + head * x.blockStride();
            kernels.rotate(table, x.data(), offset, x.stride(), positions);
        });
    }

    /** Work on the rows {@code from} to {@code to}. */
    @FunctionalInterface
    private interface RowsWork {
        void run(int from, int to);
    }

    /** Cuts rows into tasks of some 8,192 values. */
    private static void overRows(Workspace workspace, int rows, int columns, RowsWork work) {
        int rowsPerTask = Math.max(1, 8192 / Math.max(1, columns));
        workspace.machine().workers().run(Math.ceilDiv(rows, rowsPerTask), (index, thread) -> {
            int from = index * rowsPerTask;
            work.run(from, Math.min(rows, from + rowsPerTask));
        });
    }

    /**
     * Attention of all heads within each sequence of a ragged batch.
     *
     * @param maps receive the probabilities
     */
    public static void attend(
            Workspace workspace, AttentionOperands operands, AttentionPattern pattern, AttentionMaps maps) {
        Kernels kernels = workspace.machine().kernels();
        AttentionShape shape = operands.shape();
        int sequences = pattern.sequences();
        int parts = queryParts(workspace.machine(), pattern, shape.heads());
        long work = (long) shape.heads() * (shape.headSize() + shape.valueSize()) / 2 * pattern.pairs();
        boolean alone = work < ATTEND_ALONE;
        int together = headsTogether(alone ? 1 : workspace.machine().workers().threads(), pattern, shape);
        int tasks = Math.multiplyExact(Math.multiplyExact(sequences, shape.heads() / together), parts);
        run(workspace.machine().workers(), alone, tasks, (index, thread) -> {
            // Neighbouring tasks are of one head: a thread has the heads that it projected itself.
            int part = index % parts;
            int sequence = index / parts % sequences;
            int head = index / parts / sequences * together;
            int first = firstQuery(kernels, pattern.queries(sequence), part, parts);
            int end = firstQuery(kernels, pattern.queries(sequence), part + 1, parts);
            if (first < end) {
                AttentionTask task = new AttentionTask(sequence, head, first, end);
                Scratch scratch = workspace.scratch(thread);
                ScoreBias bias = pattern.bias().forTask(kernels, operands, pattern, task, scratch);
                kernels.attendTogether(operands, pattern.withBias(bias), task, together, maps, scratch);
            }
        });
    }

    /**
     * How many neighbouring heads, which share their keys, are one task: where queries are few, turning the keys takes longer than
     * all the rest, and is done once for all of these heads. As many as leave every thread a task.
     */
    private static int headsTogether(int threads, AttentionPattern pattern, AttentionShape shape) {
        if (pattern.bias().isMadeForTasks()) {
            return 1; // of one head each
        }
        for (int sequence = 0; sequence < pattern.sequences(); sequence++) {
            if (pattern.queries(sequence) > Kernels.FEW_QUERIES) {
                return 1;
            }
        }
        int together = shape.heads() / shape.keyHeads();
        while (together > 1
                && (shape.heads() / shape.keyHeads() % together != 0
                        || (long) pattern.sequences() * (shape.heads() / together) < threads)) {
            together--;
        }
        return together;
    }

    /**
     * Into how many parts each head's queries are cut. Every part packs the keys for itself, which takes as long as computing some
     * 15 queries, by estimate. So a head is cut where there are too few for the threads; where its parts are long nevertheless, into a few more,
     * so that a slow thread can do less; and where the contexts of all queries would wait for the next block of keys.
     */
    private static int queryParts(Machine machine, AttentionPattern pattern, int heads) {
        int queries = 0; // of the longest sequence
        int keys = 0;
        for (int sequence = 0; sequence < pattern.sequences(); sequence++) {
            queries = Math.max(queries, pattern.queries(sequence));
            keys = Math.max(keys, pattern.keys(sequence));
        }
        int threads = machine.workers().threads();
        long wholeHeads = Math.max(1, (long) heads * pattern.sequences());
        long forThreads = Math.min(threads / wholeHeads, queries / LEAST_PART);
        long forBalance = Math.min(PARTS_OF_A_THREAD * threads / wholeHeads, queries / LONG_PART);
        long forMemory = keys > Kernels.KEY_BLOCK ? Math.ceilDiv(queries, LONG_PART) : 1;
        return (int) Math.max(1, Math.max(forMemory, Math.max(forThreads, forBalance)));
    }

    /** Where a part's queries begin: with a whole tile. */
    private static int firstQuery(Kernels kernels, int queries, int part, int parts) {
        int tile = kernels.panelColumns();
        long tiles = Math.ceilDiv(queries, tile);
        return (int) Math.min(queries, tiles * part / parts * tile);
    }

    static void run(Workers workers, boolean alone, int tasks, Workers.Task task) {
        if (alone) {
            for (int index = 0; index < tasks; index++) {
                task.run(index, 0);
            }
        } else {
            workers.run(tasks, task);
        }
    }
}
