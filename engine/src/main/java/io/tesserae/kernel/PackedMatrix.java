package io.tesserae.kernel;

import io.tesserae.tensor.Tensor;

/**
 * A weight, {@code [outFeatures, inFeatures]} in the checkpoint, in the order in which the tiles of a product read it.
 *
 * <p>Output features are taken in groups of one vector's lanes: {@code [outFeatures / lanes][inFeatures][lanes]}. A tile
 * runs down two neighbouring groups, a panel, or four at once, and so reads memory as several sequential streams, which hardware
 * prefetchers follow better than one (design note: 8 rows against 170 MB of weights took 14.2 ms with several streams, 19.8 ms
 * with one). With one lane the layout is the checkpoint's own: that is how the scalar kernels have it. The last panel is filled up
 * with zeros.
 */
public final class PackedMatrix {

    /**
     * Where the first group begins. An array's elements begin 16 bytes after the array itself, and the default collector
     * lets every large array begin at a multiple of a megabyte: 12 floats on, every vector lies in one cache line. Where an
     * array begins elsewhere nothing is lost. One tile of 12 rows and a depth of 768 ran at 200 GFLOP/s so, at 180 without
     * (FMA peak 229).
     */
    static final int ALIGNMENT = 12;

    private final float[] data;
    private final int outFeatures;
    private final int inFeatures;

    private PackedMatrix(float[] data, int outFeatures, int inFeatures) {
        this.data = data;
        this.outFeatures = outFeatures;
        this.inFeatures = inFeatures;
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
    }

    /**
     * Packs a weight, a few rows at a time.
     *
     * @param engine whose kernels will read it, and whose threads pack it
     * @param rows gives each row once; called from several threads at a time, with arrays that may be longer than needed
     * @throws IllegalArgumentException if the packed weight exceeds one Java array (8 GiB)
     */
    public static PackedMatrix pack(Engine engine, int outFeatures, int inFeatures, RowReader rows) {
        int panelColumns = engine.kernels().panelColumns();
        int lanes = engine.kernels().tileShape(1).lanes();
        int covered = engine.kernels().wholePanels(outFeatures);
        float[] data = new float[Math.addExact(Tensor.elementCount(covered, inFeatures), ALIGNMENT)];
        WarmUp.beginFor(engine.kernels(), data.length);
        Workers workers = engine.workers();
        float[][] buffers = new float[workers.threads()][];
        // A panel at a time: long reads go past a mapped file's pages, which then do not pile up in memory.
        workers.run(covered / panelColumns, (panel, thread) -> {
            int first = panel * panelColumns;
            int count = Math.min(panelColumns, outFeatures - first);
            float[] stored = buffers[thread];
            if (stored == null) {
                stored = new float[panelColumns * inFeatures];
                buffers[thread] = stored;
            }
            rows.read(first, count, stored);
            for (int group = 0; group < count; group += lanes) {
                int to = ALIGNMENT + (first + group) * inFeatures;
                int exist = Math.min(lanes, count - group);
                Transpose.oneByOne(stored, group * inFeatures, inFeatures, exist, inFeatures, data, to, lanes);
            }
        });
        return new PackedMatrix(data, outFeatures, inFeatures);
    }

    /** Packs a weight that lies in memory, {@code [outFeatures, inFeatures]}. */
    public static PackedMatrix pack(Engine engine, Tensor weight) {
        int inFeatures = weight.dimension(1);
        return pack(
                engine,
                weight.dimension(0),
                inFeatures,
                (row, count, destination) ->
                        System.arraycopy(weight.data(), row * inFeatures, destination, 0, count * inFeatures));
    }

    /** Columns of the product. */
    public int outFeatures() {
        return outFeatures;
    }

    /** Length of each sum. */
    public int inFeatures() {
        return inFeatures;
    }

    float[] data() {
        return data;
    }

    /** Where the group that begins with this column begins. */
    int groupOffset(int firstColumn) {
        return ALIGNMENT + firstColumn * inFeatures;
    }
}
