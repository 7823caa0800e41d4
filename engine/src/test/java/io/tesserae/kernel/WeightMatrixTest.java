package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WeightMatrixTest {

    private static final int OUT = 70;
    private static final int IN = 9;

    private final AtomicInteger rowsRead = new AtomicInteger();

    private void read(int first, int count, float[] destination) {
        rowsRead.addAndGet(count);
        for (int i = 0; i < count * IN; i++) {
            destination[i] = (float) Math.sin(first * IN + i);
        }
    }

    private WeightMatrix load(Engine engine, boolean rowsStay) {
        return WeightMatrix.load(engine.machine(), Precision.FLOAT32, OUT, IN, this::read, rowsStay);
    }

    @Test
    void isPackedWhenItIsLoaded() {
        try (Engine engine = Engine.builder().threads(2).build()) {
            WeightMatrix weight = load(engine, true);
            assertEquals(OUT, rowsRead.get());
            assertTrue(weight.isPacked());
            assertEquals(OUT, weight.outFeatures());
            assertEquals(IN, weight.inFeatures());
        }
    }

    @Test
    void isNotReadBeforeItIsWantedByKernelsThatPackLate() {
        try (Engine engine = warming()) {
            WeightMatrix weight = load(engine, true);
            assertEquals(0, rowsRead.get());
            assertFalse(weight.isPacked());
            PackedMatrix packed = weight.packed();
            assertEquals(OUT, rowsRead.get());
            assertTrue(weight.isPacked());
            assertSame(packed, weight.packed());
            assertEquals(OUT, rowsRead.get());
        }
    }

    @Test
    void isPackedAtOnceWhereItCannotBeReadLater() {
        try (Engine engine = warming()) {
            assertTrue(load(engine, false).isPacked());
            assertEquals(OUT, rowsRead.get());
        }
    }

    @Test
    void isPackedOnceByManyThreads() throws Exception {
        try (Engine engine = warming();
                var threads = Executors.newFixedThreadPool(8)) {
            WeightMatrix weight = load(engine, true);
            List<Future<PackedMatrix>> packed = threads.invokeAll(IntStream.range(0, 32)
                    .mapToObj(i -> (Callable<PackedMatrix>) weight::packed)
                    .toList());
            for (Future<PackedMatrix> one : packed) {
                assertSame(weight.packed(), one.get());
            }
            assertEquals(OUT, rowsRead.get());
        }
    }

    /** For short products before vectors are compiled, of weights that were packed all the same. */
    @Property(tries = 60)
    void rowsComeBackAsTheyWere(
            @ForAll Precision precision,
            @ForAll @IntRange(min = 1, max = 70) int outFeatures,
            @ForAll @IntRange(min = 1, max = 20) int inFeatures,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] stored = new float[outFeatures * inFeatures];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = (float) random.nextGaussian();
            if (precision == Precision.INT8) {
                stored[i] = i % inFeatures == 0 ? ByteCode.MOST : Math.round(20 * stored[i]); // codes, times 1
            } else {
                stored[i] = precision.round(stored[i]);
            }
        }
        try (Engine engine = Engine.builder().threads(1).build()) {
            PackedMatrix packed = PackedMatrix.pack(
                    engine.machine(),
                    precision,
                    outFeatures,
                    inFeatures,
                    (first, count, destination) ->
                            System.arraycopy(stored, first * inFeatures, destination, 0, count * inFeatures));
            int first = random.nextInt(outFeatures);
            int count = 1 + random.nextInt(outFeatures - first);
            float[] rows = new float[count * inFeatures];
            packed.readRows(first, count, rows);
            assertArrayEquals(Arrays.copyOfRange(stored, first * inFeatures, (first + count) * inFeatures), rows);
        }
    }

    /** Read by rows or by columns, by vectors or one by one: what is packed is the same. */
    @Property(tries = 100)
    void whatIsStoredByColumnsIsPackedAsByRows(
            @ForAll Precision precision,
            @ForAll boolean scalar,
            @ForAll @IntRange(min = 1, max = 300) int outFeatures,
            @ForAll @IntRange(min = 1, max = 600) int inFeatures,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] stored = new float[inFeatures * outFeatures]; // [inFeatures, outFeatures]
        for (int i = 0; i < stored.length; i++) {
            float value = (float) random.nextGaussian();
            stored[i] = precision == Precision.INT8 ? value : precision.round(value);
        }
        Kernels kernels = scalar ? Kernels.scalar() : Kernels.best();
        try (Engine engine = Engine.builder().kernels(kernels).threads(2).build()) {
            Columns columns = new Columns(stored, outFeatures, inFeatures);
            PackedMatrix.RowReader rows = columns::read;
            PackedMatrix byColumns = PackedMatrix.pack(engine.machine(), precision, outFeatures, inFeatures, columns);
            PackedMatrix byRows = PackedMatrix.pack(engine.machine(), precision, outFeatures, inFeatures, rows);
            assertEquals(byRows.isHalf(), byColumns.isHalf());
            assertArrayEquals(byRows.data(), byColumns.data());
            assertArrayEquals(byRows.pairs(), byColumns.pairs());
            assertArrayEquals(byRows.scales(), byColumns.scales());
        }
    }

    /** A value that has no code of 16 bits is found among columns too: the matrix is packed as float32. */
    @Test
    void aColumnThatSixteenBitsCannotHoldIsKeptAsItIs() {
        float[] stored = new float[OUT * IN];
        stored[OUT * IN - 1] = 1 + 0x1p-20f;
        try (Engine engine = Engine.builder().threads(2).build()) {
            Columns columns = new Columns(stored, OUT, IN);
            PackedMatrix packed = PackedMatrix.pack(engine.machine(), Precision.BFLOAT16, OUT, IN, columns);
            assertFalse(packed.isHalf());
            float[] row = new float[IN];
            packed.readRows(OUT - 1, 1, row);
            assertEquals(1 + 0x1p-20f, row[IN - 1]);
        }
    }

    /** A weight in memory, {@code [inFeatures, outFeatures]}. */
    private record Columns(float[] stored, int outFeatures, int inFeatures) implements PackedMatrix.ColumnReader {

        @Override
        public void read(int outFeature, int count, float[] destination) {
            for (int i = 0; i < count * inFeatures; i++) {
                destination[i] = stored[i % inFeatures * outFeatures + outFeature + i / inFeatures];
            }
        }

        @Override
        public void readColumns(int inFeature, int count, float[] destination) {
            System.arraycopy(stored, inFeature * outFeatures, destination, 0, count * outFeatures);
        }
    }

    /** What fails is tried again by the next who wants it, and says the same. */
    @Test
    void aFailureToReadIsTheCallers() {
        try (Engine engine = warming()) {
            WeightMatrix weight = WeightMatrix.load(
                    engine.machine(),
                    Precision.FLOAT32,
                    OUT,
                    IN,
                    (first, count, destination) -> {
                        throw new IllegalStateException("is closed");
                    },
                    true);
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        "is closed",
                        assertThrows(IllegalStateException.class, weight::packed)
                                .getMessage());
            }
        }
    }

    /** A short product leaves it where it is, a long one packs it, and both have the same bits. */
    @Test
    void productsAreEqualBeforeAndAfter() {
        try (Engine engine = warming();
                Workspace workspace = engine.machine().workspace()) {
            WeightMatrix weight = load(engine, true);
            float[] before = product(workspace, weight, 3);
            float[] longer = product(workspace, weight, 40);
            assertTrue(weight.isPacked());
            float[] after = product(workspace, weight, 3);
            assertArrayEquals(before, after);
            assertArrayEquals(before, Arrays.copyOf(longer, before.length));
        }
    }

    private static float[] product(Workspace workspace, WeightMatrix weight, int rows) {
        float[] x = new float[rows * IN];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.cos(i);
        }
        float[] out = new float[rows * OUT];
        float[] bias = ParallelKernels.paddedBias(workspace.machine(), OUT);
        MatrixView matrix = new MatrixView(out, 0, OUT);
        ProductExtent extent = ProductExtent.whole(rows, OUT);
        ParallelKernels.multiply(workspace, new MatrixView(x, 0, IN), weight, bias, extent, Epilogue.NONE, matrix);
        return out;
    }

    private static Engine warming() {
        return Engine.builder().kernels(new WarmingKernels()).threads(2).build();
    }
}
