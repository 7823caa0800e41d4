package io.tesserae.kernel;

import static io.tesserae.kernel.ElementaryFunctions.*;
import static io.tesserae.kernel.VectorFunctions.INT_SPECIES;
import static io.tesserae.kernel.VectorFunctions.SPECIES;

import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarKernels} on the machine's vectors: the same bits. Matrix products are {@link VectorProduct}'s, attention
 * is {@link VectorAttention}'s; what is here goes along rows.
 *
 * <p>Values that are left over after the last whole vector take the scalar definition, which is the same to the bit.
 */
final class VectorKernels implements Kernels {

    static final int LANES = SPECIES.length();

    private static final ScalarKernels SCALAR = new ScalarKernels();

    /** 32 vector registers: AVX-512's, NEON's. AVX2 has 16. */
    static final boolean MANY_REGISTERS =
            LANES >= 16 || !System.getProperty("os.arch").matches("amd64|x86_64|x86");

    /** A panel of weights: the two vectors of columns that most tiles are wide. */
    static final int PANEL_COLUMNS = 2 * LANES;

    /** For many rows: 12 where the machine has 32 vector registers, 6 where it has 16. See {@link VectorTile}. */
    static final TileShape TILE = new TileShape(MANY_REGISTERS ? 12 : 6, 2, LANES);

    /**
     * For a short text on a machine with 32 registers: two panels side by side. Weights come from memory then, and the processor
     * waits less for four streams of them than for two. On an AMD EPYC (Zen 5), two threads, 16 rows by 170 MB of weights: 5.0 to
     * 5.6 ms where 8 x 2 takes 5.7 (8 x 3: 5.3 to 6.1, 16 x 1: 5.6 to 5.9, 4 x 6: 5.0 to 5.3, but five or six vectors do not
     * divide the usual widths). Whole passes of DistilBERT-base: 1x16 takes 11 % less time, 1x48 15 %, 1x64 9 %, 1x96 and longer
     * the same.
     */
    static final TileShape WIDE_TILE = new TileShape(4, 4, LANES);

    /**
     * For one row, as a decoder's step and a classifier have it: six streams of weights. On an AMD EPYC (Zen 4), one thread, the 500 MB
     * of GPT-2's weights: 18.7 ms where 1 x 2 takes 20.6, 1 x 4 19.1, 1 x 8 19.3, and a sum of all weights 18.4. Stretches of a weight that
     * lie far apart are as fast as neighbours; touching what comes a page later costs a third more.
     */
    static final TileShape ONE_ROW = new TileShape(1, 6, LANES);

    /** Likewise with weights of 16 bits, of which one stream has two vectors: four streams. See {@link VectorWideHalfTile}. */
    static final TileShape ONE_ROW_OF_HALVES = new TileShape(1, 8, LANES);

    /** Likewise with weights of 8 bits, of which one stream has four vectors. See {@link VectorByteTile}. */
    static final TileShape ONE_ROW_OF_BYTES = new TileShape(1, 4, LANES);

    /** For two texts at a time, from bfloat16; and for three. */
    static final TileShape TWO_ROWS_OF_HALVES = new TileShape(2, 8, LANES);

    static final TileShape THREE_ROWS_OF_HALVES = new TileShape(3, 8, LANES);

    /**
     * For the beams of a text: six streams. On an AMD EPYC (Zen 4), one thread, 3 rows by 500 MB: 4 x 6 takes 21.0 to 21.9 ms, 4 x 4 22.1 to
     * 24.1, and a sum of all weights 18.1 to 21.2. Whether the first lines of what comes next are touched before changes nothing.
     */
    static final TileShape FOUR_ROWS = new TileShape(4, 6, LANES);

    /** Rows up to which {@link #WIDE_TILE} is faster. */
    static final int FEW_ROWS = 64;

    /** How wide the vectors are that this JVM prefers. */
    static int vectorBits() {
        return SPECIES.vectorBitSize();
    }

    @Override
    public String description() {
        return "vector, " + vectorBits() + " bits";
    }

    @Override
    public TileShape tileShape(int rows, Precision precision) {
        if (precision == Precision.INT8) {
            return rows == 1 ? ONE_ROW_OF_BYTES : WIDE_TILE;
        }
        if (precision != Precision.FLOAT32) {
            return ofHalves(rows, precision);
        }
        if (rows == 1) {
            return ONE_ROW;
        }
        return !MANY_REGISTERS || rows > FEW_ROWS ? TILE : rows <= FOUR_ROWS.rows() ? FOUR_ROWS : WIDE_TILE;
    }

    private static TileShape ofHalves(int rows, Precision precision) {
        boolean fewRows = precision == Precision.BFLOAT16;
        return switch (rows) {
            case 1 -> ONE_ROW_OF_HALVES;
            case 2 -> fewRows ? TWO_ROWS_OF_HALVES : WIDE_TILE;
            case 3 -> fewRows ? THREE_ROWS_OF_HALVES : WIDE_TILE;
            default -> WIDE_TILE;
        };
    }

    /** Where there are registers for a wide tile, the only one that reads weights of 16 and of 8 bits. */
    @Override
    public boolean keepsHalves() {
        return MANY_REGISTERS;
    }

    @Override
    public int panelColumns() {
        return PANEL_COLUMNS;
    }

    @Override
    public int blockDepth() {
        return VectorProduct.DEPTH;
    }

    @Override
    public void packRows(
            MatrixView matrix, int first, int count, int tileRows, int columns, float[] packed, int packedOffset) {
        VectorProduct.packRows(matrix, first, 0, count, tileRows, columns, packed, packedOffset);
    }

    @Override
    public void transpose(float[] x, int from, int stride, int rows, int columns, float[] out, int to, int pitch) {
        VectorTranspose.transpose(x, from, stride, rows, columns, out, to, pitch);
    }

    @Override
    public void cutRows(
            float[] x, int from, int stride, int rows, int columns, int pieces, float[] out, int to, int pieceStep) {
        VectorCopy.cutRows(x, from, stride, rows, columns, pieces, out, to, pieceStep);
    }

    @Override
    public boolean scale(float factor, float[] packed, int offset, int count) {
        // The bits of magnitudes are in the order of the magnitudes; infinity's, and NaN's, are above all.
        int leastTooLarge = Float.floatToRawIntBits((float) (0x1p128 / factor));
        int end = offset + SPECIES.loopBound(count);
        IntVector greatest = IntVector.zero(INT_SPECIES);
        for (int i = offset; i < end; i += LANES) {
            greatest = greatest.max(FloatVector.fromArray(SPECIES, packed, i)
                    .reinterpretAsInts()
                    .and(Integer.MAX_VALUE));
        }
        if (greatest.compare(VectorOperators.GE, leastTooLarge).anyTrue()
                || !SCALAR.scale(factor, packed, end, offset + count - end)) {
            return false;
        }
        for (int i = offset; i < end; i += LANES) {
            FloatVector.fromArray(SPECIES, packed, i).mul(factor).intoArray(packed, i);
        }
        return true;
    }

    @Override
    public void multiply(Product product, float[] packedRows, int column, int nextColumn, Scratch scratch) {
        VectorProduct.multiply(this, product, packedRows, column, nextColumn, scratch);
    }

    @Override
    public void attend(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            AttentionMaps maps,
            Scratch scratch) {
        if (task.queries() <= VectorFewQueries.MOST) {
            VectorFewQueries.attend(operands, pattern, new AttentionTask[] {task}, maps, scratch);
        } else {
            VectorAttention.attend(operands, pattern, task, maps, scratch);
        }
    }

    @Override
    public void attendTogether(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask first,
            int heads,
            AttentionMaps maps,
            Scratch scratch) {
        if (first.queries() > VectorFewQueries.MOST) {
            Kernels.super.attendTogether(operands, pattern, first, heads, maps, scratch);
            return;
        }
        AttentionTask[] tasks = new AttentionTask[heads];
        Arrays.setAll(tasks, first::ofHeadAfter);
        VectorFewQueries.attend(operands, pattern, tasks, maps, scratch);
    }

    @Override
    public void blendRows(
            byte[] rows,
            int offset,
            int stride,
            int[] weights,
            int firstWeight,
            int count,
            byte[] out,
            int outOffset,
            int length) {
        int whole = VectorBlend.blendRows(rows, offset, stride, weights, firstWeight, count, out, outOffset, length);
        SCALAR.blendRows(
                rows, offset + whole, stride, weights, firstWeight, count, out, outOffset + whole, length - whole);
    }

    @Override
    public void activate(Activation activation, float[] data, int offset, int rows, int columns, int stride) {
        int whole = SPECIES.loopBound(columns);
        switch (activation) {
            case LINEAR -> {}
            case GELU -> VectorActivations.gelu(data, offset, rows, whole, stride);
            case GELU_TANH -> VectorActivations.geluTanh(data, offset, rows, whole, stride);
            case SILU -> VectorActivations.silu(data, offset, rows, whole, stride);
            default -> {
                for (int row = 0; row < rows; row++) {
                    activateRow(activation, data, offset + row * stride, whole);
                }
            }
        }
        for (int row = 0; row < rows && whole < columns; row++) {
            for (int i = whole; i < columns; i++) {
                int at = offset + row * stride + i;
                data[at] = ElementaryFunctions.activate(activation, data[at]);
            }
        }
    }

    private static void activateRow(Activation activation, float[] data, int offset, int columns) {
        for (int i = offset; i < offset + columns; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, data, i);
            FloatVector y = switch (activation) {
                case GELU -> VectorFunctions.gelu(x);
                case GELU_10 -> VectorFunctions.clamp(VectorFunctions.gelu(x), -10f, 10f);
                case GELU_TANH -> VectorFunctions.geluTanh(x);
                case QUICK_GELU -> x.mul(VectorFunctions.sigmoid(x.mul(ElementaryFunctions.QUICK_GELU_SLOPE)));
                case RELU -> VectorFunctions.positivePart(x);
                case RELU6 -> VectorFunctions.clamp(x, 0f, 6f);
                case RELU2 -> VectorFunctions.positivePart(x).mul(VectorFunctions.positivePart(x));
                case LEAKY_RELU -> VectorFunctions.leakyRelu(x);
                case SILU -> x.mul(VectorFunctions.sigmoid(x));
                case MISH -> VectorFunctions.mish(x);
                case HARDSWISH -> VectorFunctions.hardswish(x);
                case TANH -> VectorFunctions.tanh(x);
                case SIGMOID -> VectorFunctions.sigmoid(x);
                case LINEAR -> x;
            };
            y.intoArray(data, i);
        }
    }

    @Override
    public void addScaled(float a, float[] x, int xOffset, float[] y, int yOffset, int count) {
        FloatVector factor = FloatVector.broadcast(SPECIES, a);
        int i = 0;
        for (; i < SPECIES.loopBound(count); i += LANES) {
            factor.fma(FloatVector.fromArray(SPECIES, x, xOffset + i), FloatVector.fromArray(SPECIES, y, yOffset + i))
                    .intoArray(y, yOffset + i);
        }
        for (; i < count; i++) {
            y[yOffset + i] = Math.fma(a, x[xOffset + i], y[yOffset + i]);
        }
    }

    @Override
    public void gate(Activation activation, float[] x, int from, int to, int columns, float[] out) {
        int whole = SPECIES.loopBound(columns);
        for (int row = from; row < to; row++) {
            int gate = row * 2 * columns;
            int at = row * columns;
            System.arraycopy(x, gate, out, at, columns);
            activate(activation, out, at, 1, columns, columns);
            for (int i = 0; i < whole; i += LANES) {
                FloatVector.fromArray(SPECIES, out, at + i)
                        .mul(FloatVector.fromArray(SPECIES, x, gate + columns + i))
                        .intoArray(out, at + i);
            }
            for (int i = whole; i < columns; i++) {
                out[at + i] *= x[gate + columns + i];
            }
        }
    }

    @Override
    public void softmax(float[] data, int offset, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = offset; i < offset + count; i++) {
            max = data[i] > max ? data[i] : max;
        }
        int whole = SPECIES.loopBound(count);
        for (int i = offset; i < offset + whole; i += LANES) {
            VectorFunctions.exp(FloatVector.fromArray(SPECIES, data, i).sub(max))
                    .intoArray(data, i);
        }
        for (int i = offset + whole; i < offset + count; i++) {
            data[i] = ElementaryFunctions.exp(data[i] - max);
        }
        float reciprocal = 1f / sum(data, offset, count, PARTIAL.get());
        for (int i = offset; i < offset + whole; i += LANES) {
            FloatVector.fromArray(SPECIES, data, i).mul(reciprocal).intoArray(data, i);
        }
        for (int i = offset + whole; i < offset + count; i++) {
            data[i] *= reciprocal;
        }
    }

    @Override
    public void layerNorm(
            float[] x, int from, int to, int columns, float[] weight, float[] bias, float epsilon, float[] out) {
        int whole = SPECIES.loopBound(columns);
        float[] partial = PARTIAL.get();
        for (int row = from; row < to; row++) {
            int start = row * columns;
            float mean = sum(x, start, columns, partial) / columns;
            float scale = ScalarKernels.reciprocalDeviation(
                    sumOfSquaredDeviations(x, start, columns, mean, partial), columns, epsilon);
            for (int i = 0; i < whole; i += LANES) {
                FloatVector.fromArray(SPECIES, x, start + i)
                        .sub(mean)
                        .mul(scale)
                        .fma(FloatVector.fromArray(SPECIES, weight, i), FloatVector.fromArray(SPECIES, bias, i))
                        .intoArray(out, start + i);
            }
            for (int i = whole; i < columns; i++) {
                out[start + i] = Math.fma((x[start + i] - mean) * scale, weight[i], bias[i]);
            }
        }
    }

    @Override
    public void rmsNorm(float[] x, int from, int to, int columns, float[] weight, float epsilon, float[] out) {
        int whole = SPECIES.loopBound(columns);
        float[] partial = PARTIAL.get();
        for (int row = from; row < to; row++) {
            int start = row * columns;
            float squares = sumOfSquaredDeviations(x, start, columns, 0f, partial);
            float scale = ScalarKernels.reciprocalDeviation(squares, columns, epsilon);
            for (int i = 0; i < whole; i += LANES) {
                FloatVector.fromArray(SPECIES, x, start + i)
                        .mul(scale)
                        .mul(FloatVector.fromArray(SPECIES, weight, i))
                        .intoArray(out, start + i);
            }
            for (int i = whole; i < columns; i++) {
                out[start + i] = x[start + i] * scale * weight[i];
            }
        }
    }

    @Override
    public void standardize(float[] x, int from, int to, int columns, float epsilon, float[] out) {
        VectorChannels.standardize(x, from, to, columns, epsilon, out);
    }

    @Override
    public void means(float[] x, int from, int to, int columns, float[] out) {
        VectorChannels.means(x, from, to, columns, out);
    }

    @Override
    public void scaleRows(
            float[] x, int from, int to, int columns, float[] scale, float[] shift, int period, float[] out) {
        VectorChannels.scaleRows(x, from, to, columns, scale, shift, period, out);
    }

    @Override
    public void rotate(RotaryTable table, float[] x, int offset, int stride, int[] positions) {
        VectorRotary.rotate(table, x, offset, stride, positions);
    }

    /**
     * Each thread's partial sums. C2 does not keep an array in registers that vectors are stored to; one for each sum was
     * nearly all that a pass of DistilBERT-base allocated, 1.9 MB for 8 x 128 tokens.
     */
    static final ThreadLocal<float[]> PARTIAL = ThreadLocal.withInitial(() -> new float[PARTIAL_SUMS]);

    /** Σ x, in 16 chains; {@code partial} is overwritten. */
    static float sum(float[] x, int offset, int count, float[] partial) {
        int whole = count / PARTIAL_SUMS * PARTIAL_SUMS;
        for (int chain = 0; chain < PARTIAL_SUMS; chain += LANES) {
            FloatVector sums = FloatVector.zero(SPECIES);
            for (int i = offset + chain; i < offset + whole; i += PARTIAL_SUMS) {
                sums = sums.add(FloatVector.fromArray(SPECIES, x, i));
            }
            sums.intoArray(partial, chain);
        }
        for (int i = whole; i < count; i++) {
            partial[i - whole] += x[offset + i];
        }
        return ScalarKernels.fold(partial);
    }

    /** Σ (x - mean)², in 16 chains; {@code partial} is overwritten. */
    static float sumOfSquaredDeviations(float[] x, int offset, int count, float mean, float[] partial) {
        int whole = count / PARTIAL_SUMS * PARTIAL_SUMS;
        for (int chain = 0; chain < PARTIAL_SUMS; chain += LANES) {
            FloatVector sums = FloatVector.zero(SPECIES);
            for (int i = offset + chain; i < offset + whole; i += PARTIAL_SUMS) {
                FloatVector deviation = FloatVector.fromArray(SPECIES, x, i).sub(mean);
                sums = deviation.fma(deviation, sums);
            }
            sums.intoArray(partial, chain);
        }
        for (int i = whole; i < count; i++) {
            float deviation = x[offset + i] - mean;
            partial[i - whole] = Math.fma(deviation, deviation, partial[i - whole]);
        }
        return ScalarKernels.fold(partial);
    }

    /** For sums that begin at zero: a tile's width of zeros. */
    static final float[] ZEROS = new float[2 * LANES];
}
