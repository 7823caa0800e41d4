package io.tesserae.kernel;

import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A weight, {@code [outFeatures, inFeatures]} in the checkpoint, in the order in which the tiles of a product read it.
 *
 * <p>Output features are taken in groups of one vector's lanes: {@code [outFeatures / lanes][inFeatures][lanes]}. A tile
 * runs down two neighbouring groups, a panel, or four at once, and so reads memory as several sequential streams, which hardware
 * prefetchers follow better than one (design note: 8 rows against 170 MB of weights took 14.2 ms with several streams, 19.8 ms
 * with one). With one lane the layout is the checkpoint's own: that is how the scalar kernels have it. The last panel is filled up
 * with zeros.
 *
 * <p>Weights of 16 bits stay so where the kernels can read them: an integer holds the {@link HalfCode codes} of the same place in two
 * neighbouring groups, the first group's in its lower half, {@code [outFeatures / (2 · lanes)][inFeatures][lanes]}. So one
 * vector of integers becomes two of weights, each in its order.
 *
 * <p>Weights of 8 bits are {@link ByteCode codes} and a scale for each column. Where the kernels can read them, an integer holds the
 * codes of the same place in four neighbouring groups, the first group's in its lowest bits: {@code [outFeatures / (4 ·
 * lanes)][inFeatures][lanes]}. Elsewhere the codes are kept as float32, in the order of float32.
 */
public final class PackedMatrix {

    /**
     * Where the first group begins. An array's elements begin 16 bytes after the array itself, and the default collector
     * lets every large array begin at a multiple of a megabyte: 12 floats on, every vector lies in one cache line. Where an
     * array begins elsewhere nothing is lost. One tile of 12 rows and a depth of 768 ran at 200 GFLOP/s so, at 180 without
     * (FMA peak 229).
     */
    static final int ALIGNMENT = 12;

    /** Of a weight that is stored by columns, what is read at a time: 256 KB, which stay in the second-level cache. */
    private static final int BLOCK_VALUES = 64 << 10;

    /** Codes of 8 bits in an integer. */
    private static final int FOUR = Integer.BYTES;

    private final Precision precision;
    private final float[] data; // of float32
    private final int[] pairs; // of 16 bits; of 8 bits, fours
    private final float[] scales; // of 8 bits, for each column, or null
    private final int panelColumns;
    private final int lanes; // of a group
    private final int outFeatures;
    private final int inFeatures;
    private final int origin; // where in data the first group begins, or would begin if it were there
    private final int keptInFeatures; // how many of the input features are there

    private PackedMatrix(
            Precision precision,
            float[] data,
            int[] pairs,
            int panelColumns,
            int lanes,
            int outFeatures,
            int inFeatures) {
        this(precision, data, pairs, null, panelColumns, lanes, outFeatures, inFeatures, ALIGNMENT, inFeatures);
    }

    private PackedMatrix(
            Precision precision,
            float[] data,
            int[] pairs,
            float[] scales,
            int panelColumns,
            int lanes,
            int outFeatures,
            int inFeatures,
            int origin,
            int keptInFeatures) {
        this.precision = precision;
        this.data = data;
        this.pairs = pairs;
        this.scales = scales;
        this.panelColumns = panelColumns;
        this.lanes = lanes;
        this.outFeatures = outFeatures;
        this.inFeatures = inFeatures;
        this.origin = origin;
        this.keptInFeatures = keptInFeatures;
    }

    /** Reads rows of a weight as it is stored: the seam through which a checkpoint is packed without a second copy. */
    @FunctionalInterface
    public interface RowReader {

        /**
         * Reads neighbouring output features' weights.
         *
         * @param outFeature first row of the stored weight
         * @param count how many rows
         * @param destination receives {@code [count, inFeatures]}
         */
        void read(int outFeature, int count, float[] destination);

        /** What the codes of a row of 8 bits are multiplied by, where the row is stored as such; NaN where that is to be found. */
        default float scale(int outFeature) {
            return Float.NaN;
        }
    }

    /**
     * Reads a weight that is stored the other way round, {@code [inFeatures, outFeatures]}: rows a piece here and a piece there, but
     * columns in one run.
     */
    public interface ColumnReader extends RowReader {

        /**
         * Reads neighbouring input features' weights.
         *
         * @param inFeature first column of the weight, a row as it is stored
         * @param count how many columns
         * @param destination receives {@code [count, outFeatures]}
         */
        void readColumns(int inFeature, int count, float[] destination);
    }

    /**
     * Packs a weight, a few rows at a time.
     *
     * @param machine whose kernels will read it, and whose threads pack it
     * @param precision what all its values can be stored as. With 16 bits they take half the memory, where the machine's kernels
     *     keep them so; as FLOAT16 only if all are finite and smaller than 128. For INT8 they are rounded here, row by row, whichever
     *     the kernels are
     * @param rows gives each row, a second time if they turn out not to have such values; called from several threads at a
     *     time, with arrays that may be longer than needed
     * @throws IllegalArgumentException if the packed weight exceeds one Java array (8 GiB)
     */
    public static PackedMatrix pack(
            Machine machine, Precision precision, int outFeatures, int inFeatures, RowReader rows) {
        if (precision == Precision.INT8) {
            return packBytes(machine, outFeatures, inFeatures, rows);
        }
        if (precision != Precision.FLOAT32 && machine.kernels().keepsHalves()) {
            PackedMatrix halves = packHalves(machine, precision, outFeatures, inFeatures, rows);
            if (halves != null) {
                return halves;
            }
        }
        return packFloats(machine, outFeatures, inFeatures, rows);
    }

    private static PackedMatrix packFloats(Machine machine, int outFeatures, int inFeatures, RowReader rows) {
        int panelColumns = machine.kernels().panelColumns();
        int lanes = machine.kernels().tileShape(1, Precision.FLOAT32).lanes();
        int covered = machine.kernels().wholePanels(outFeatures);
        float[] data = new float[Math.addExact(Tensor.elementCount(covered, inFeatures), ALIGNMENT)];
        WarmUp.beginFor(machine.kernels(), Precision.FLOAT32, data.length);
        if (rows instanceof ColumnReader columns) {
            blocks(machine, outFeatures, inFeatures, columns, (stored, first, count) -> {
                for (int group = 0; group < outFeatures; group += lanes) {
                    int exist = Math.min(lanes, outFeatures - group);
                    int to = ALIGNMENT + group * inFeatures + first * lanes;
                    for (int from = group; from < count * outFeatures; from += outFeatures, to += lanes) {
                        System.arraycopy(stored, from, data, to, exist);
                    }
                }
            });
            return new PackedMatrix(Precision.FLOAT32, data, null, panelColumns, lanes, outFeatures, inFeatures);
        }
        panels(machine, panelColumns, outFeatures, inFeatures, rows, (stored, first, count) -> {
            for (int group = 0; group < count; group += lanes) {
                int to = ALIGNMENT + (first + group) * inFeatures;
                int exist = Math.min(lanes, count - group);
                Transpose.oneByOne(stored, group * inFeatures, inFeatures, exist, inFeatures, data, to, lanes);
            }
        });
        return new PackedMatrix(Precision.FLOAT32, data, null, panelColumns, lanes, outFeatures, inFeatures);
    }

    /** Packs a weight as 16 bits a value; {@code null} if there is a value that has no code. */
    private static PackedMatrix packHalves(
            Machine machine, Precision precision, int outFeatures, int inFeatures, RowReader rows) {
        TileShape tile = machine.kernels().tileShape(Integer.MAX_VALUE, precision);
        int lanes = tile.lanes();
        int covered = tile.coveredColumns(outFeatures);
        int[] pairs = new int[Math.addExact(Tensor.elementCount(covered / 2, inFeatures), ALIGNMENT)];
        WarmUp.beginFor(machine.kernels(), precision, pairs.length);
        AtomicBoolean exact = new AtomicBoolean(true);
        PackedMatrix halves = new PackedMatrix(precision, null, pairs, tile.columns(), lanes, outFeatures, inFeatures);
        if (rows instanceof ColumnReader columns) {
            blocks(machine, outFeatures, inFeatures, columns, (stored, first, count) -> {
                int inexact = 0;
                for (int column = 0; column < outFeatures; column++) {
                    int to = halves.pairOffset(column - column % (2 * lanes)) + first * lanes + column % lanes;
                    int shift = column / lanes % 2 * Short.SIZE;
                    for (int from = column; from < count * outFeatures; from += outFeatures, to += lanes) {
                        int code = HalfCode.encode(precision, stored[from]);
                        pairs[to] |= (code & 0xFFFF) << shift;
                        inexact |= code & HalfCode.INEXACT;
                    }
                }
                if (inexact != 0) {
                    exact.set(false);
                }
            });
            return exact.get() ? halves : null;
        }
        panels(machine, machine.kernels().panelColumns(), outFeatures, inFeatures, rows, (stored, first, count) -> {
            int inexact = 0;
            for (int row = 0; row < count; row++) {
                int to = ALIGNMENT + first / 2 * inFeatures + row % lanes;
                int shift = row < lanes ? 0 : 16;
                for (int k = 0, from = row * inFeatures; k < inFeatures; k++, from++, to += lanes) {
                    int code = HalfCode.encode(precision, stored[from]);
                    pairs[to] |= (code & 0xFFFF) << shift;
                    inexact |= code & HalfCode.INEXACT;
                }
            }
            if (inexact != 0) {
                exact.set(false);
            }
        });
        return exact.get() ? halves : null;
    }

    /** Rounds each row of a weight to 8 bits and packs the codes: as such where the kernels read them, else as float32. */
    private static PackedMatrix packBytes(Machine machine, int outFeatures, int inFeatures, RowReader rows) {
        boolean asBytes = machine.kernels().keepsHalves();
        Precision kept = asBytes ? Precision.INT8 : Precision.FLOAT32;
        TileShape tile = machine.kernels().tileShape(Integer.MAX_VALUE, kept);
        int lanes = tile.lanes();
        int panelColumns = asBytes ? tile.columns() : machine.kernels().panelColumns();
        int covered = Math.ceilDiv(outFeatures, panelColumns) * panelColumns;
        int size = Math.addExact(Tensor.elementCount(asBytes ? covered / FOUR : covered, inFeatures), ALIGNMENT);
        int[] fours = asBytes ? new int[size] : null;
        float[] data = asBytes ? null : new float[size];
        float[] scales = new float[covered];
        WarmUp.beginFor(machine.kernels(), Precision.INT8, size);
        panels(machine, panelColumns, outFeatures, inFeatures, rows, (stored, first, count) -> {
            for (int row = 0; row < count; row++) {
                float stated = rows.scale(first + row);
                float scale = Float.isNaN(stated) ? ByteCode.scale(stored, row * inFeatures, inFeatures) : stated;
                scales[first + row] = scale;
                int group = asBytes ? first / FOUR : first + row - row % lanes;
                int to = ALIGNMENT + group * inFeatures + row % lanes;
                for (int k = 0, from = row * inFeatures; k < inFeatures; k++, from++, to += lanes) {
                    int code = ByteCode.encode(stored[from], scale);
                    if (asBytes) {
                        fours[to] |= (code & 0xFF) << row / lanes * Byte.SIZE;
                    } else {
                        data[to] = code;
                    }
                }
            }
        });
        return new PackedMatrix(
                kept, data, fours, scales, panelColumns, lanes, outFeatures, inFeatures, ALIGNMENT, inFeatures);
    }

    /** Packs the rows of one panel, {@code [count, inFeatures]}. */
    private interface PanelPacking {
        void pack(float[] stored, int first, int count);
    }

    /** A panel at a time: long reads go past a mapped file's pages, which then do not pile up in memory. */
    private static void panels(
            Machine machine, int panelColumns, int outFeatures, int inFeatures, RowReader rows, PanelPacking packing) {
        Workers workers = machine.workers();
        float[][] buffers = new float[workers.threads()][];
        workers.run(Math.ceilDiv(outFeatures, panelColumns), (panel, thread) -> {
            int first = panel * panelColumns;
            int count = Math.min(panelColumns, outFeatures - first);
            float[] stored = buffers[thread];
            if (stored == null) {
                stored = new float[panelColumns * inFeatures];
                buffers[thread] = stored;
            }
            rows.read(first, count, stored);
            packing.pack(stored, first, count);
        });
    }

    /** Packs some columns, {@code [count, outFeatures]}. */
    private interface BlockPacking {
        void pack(float[] stored, int first, int count);
    }

    /** Some columns at a time, as they are stored. */
    private static void blocks(
            Machine machine, int outFeatures, int inFeatures, ColumnReader columns, BlockPacking packing) {
        int blockColumns = Math.clamp(BLOCK_VALUES / outFeatures, 1, inFeatures);
        Workers workers = machine.workers();
        float[][] buffers = new float[workers.threads()][];
        workers.run(Math.ceilDiv(inFeatures, blockColumns), (block, thread) -> {
            int first = block * blockColumns;
            int count = Math.min(blockColumns, inFeatures - first);
            float[] stored = buffers[thread];
            if (stored == null) {
                stored = new float[blockColumns * outFeatures];
                buffers[thread] = stored;
            }
            columns.readColumns(first, count, stored);
            packing.pack(stored, first, count);
        });
    }

    /** Packs a weight that lies in memory, {@code [outFeatures, inFeatures]}. */
    public static PackedMatrix pack(Machine machine, Tensor weight) {
        int inFeatures = weight.dimension(1);
        return pack(
                machine,
                Precision.FLOAT32,
                weight.dimension(0),
                inFeatures,
                (row, count, destination) ->
                        System.arraycopy(weight.data(), row * inFeatures, destination, 0, count * inFeatures));
    }

    /**
     * A part of a weight, which whoever multiplies by it has packed: groups of columns, one after the other from {@value #ALIGNMENT} on.
     *
     * @param data {@code [columns / lanes][keptInFeatures][lanes]}, and perhaps more
     * @param firstColumn that of the first group
     * @param firstInFeature the first that is there
     * @param keptInFeatures how many are there
     */
    static PackedMatrix part(
            Kernels kernels,
            float[] data,
            int outFeatures,
            int inFeatures,
            int firstColumn,
            int firstInFeature,
            int keptInFeatures) {
        int lanes = kernels.tileShape(1, Precision.FLOAT32).lanes();
        int origin = ALIGNMENT - firstColumn * keptInFeatures - firstInFeature * lanes; // may overflow, and back again
        return new PackedMatrix(
                Precision.FLOAT32,
                data,
                null,
                null,
                kernels.panelColumns(),
                lanes,
                outFeatures,
                inFeatures,
                origin,
                keptInFeatures);
    }

    /** Reads rows as they were before they were packed, {@code [count, inFeatures]}; where there are {@link #scales}, their codes. */
    void readRows(int outFeature, int count, float[] destination) {
        for (int row = 0; row < count; row++) {
            int column = outFeature + row;
            int group = column - column % lanes;
            if (precision == Precision.INT8) {
                readCodes(column, row * inFeatures, destination);
                continue;
            }
            int from = isHalf() ? pairOffset(column - column % (2 * lanes)) : groupOffset(group);
            from += column % lanes;
            int shift = group / lanes % 2 * Short.SIZE;
            for (int k = 0, to = row * inFeatures; k < inFeatures; k++, to++, from += lanes) {
                destination[to] = isHalf() ? HalfCode.decode(precision, pairs[from] >>> shift) * factor() : data[from];
            }
        }
    }

    private void readCodes(int column, int to, float[] destination) {
        int from = fourOffset(column - column % (FOUR * lanes)) + column % lanes;
        int upper = Integer.SIZE - Byte.SIZE - column / lanes % FOUR * Byte.SIZE; // moves the code to the highest bits
        for (int k = 0; k < inFeatures; k++, from += lanes) {
            destination[to + k] = pairs[from] << upper >> Integer.SIZE - Byte.SIZE;
        }
    }

    /** Columns of the product. */
    public int outFeatures() {
        return outFeatures;
    }

    /** Length of each sum. */
    public int inFeatures() {
        return inFeatures;
    }

    /** As what it is kept. */
    Precision precision() {
        return precision;
    }

    /** Whether it is kept as 16 bits a value: in {@link #pairs()}, not in {@link #data()}. */
    boolean isHalf() {
        return pairs != null && precision != Precision.INT8;
    }

    /** What each column's sum is multiplied by before its bias is added, up to whole panels; {@code null} if there is no such factor. */
    float[] scales() {
        return scales;
    }

    /** What the activations have to be multiplied by for its values as {@link HalfCode} decodes them; 1 for float32. */
    float factor() {
        return HalfCode.factor(precision);
    }

    /** Its columns are filled up to a multiple of so many. */
    int panelColumns() {
        return panelColumns;
    }

    float[] data() {
        return data;
    }

    /** Where in {@link #data()} the group that begins with this column begins. */
    int groupOffset(int firstColumn) {
        return origin + firstColumn * keptInFeatures;
    }

    /** From one group to the next in {@link #data()}, or in {@link #pairs()} from one pair to the next. */
    int groupStep() {
        return lanes * keptInFeatures;
    }

    int[] pairs() {
        return pairs;
    }

    /** Where in {@link #pairs()} the four groups of 8 bits that begin with this column begin. */
    int fourOffset(int firstColumn) {
        return ALIGNMENT + firstColumn / FOUR * inFeatures;
    }

    /** Where in {@link #pairs()} the two groups that begin with this column begin. */
    int pairOffset(int firstColumn) {
        return ALIGNMENT + firstColumn / 2 * inFeatures;
    }
}
