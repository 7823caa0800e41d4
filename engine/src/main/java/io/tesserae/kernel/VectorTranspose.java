package io.tesserae.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static io.tesserae.kernel.VectorKernels.LANES;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of a matrix side by side: {@code out[to + column · pitch + row] = x[from + row · stride + column]}. So activations,
 * keys and queries become operands of tiles, and contexts become rows again.
 *
 * <p>With vectors of 16 lanes a block of four rows by 16 columns is turned in registers, by two rounds of picking lanes from two
 * vectors. Vectors of 8 lanes have no such instruction: the rows of a tile are turned by {@link VectorSixRows}, and others, as with
 * narrower vectors, one value after the other. On an AMD EPYC (Zen 5), twelve rows of 768:
 * 0.11 ns a value where twelve rows are put together in registers, 0.18 where every four are stored by themselves through masks,
 * 0.24 as vectors of four lanes, 0.36 one value after the other; with {@code rearrange} and {@code blend} in place of
 * {@code selectFrom} 0.22, twelve rows together.
 */
final class VectorTranspose {

    static final boolean HAS_REGISTERS = LANES == 16 || LANES == 8;

    /** Some tens of passes of a small model, which then has been compiled itself. */
    private static final int CALLS_BEFORE_WARM_UP = 20_000;

    private static final int WARM_UP_COLUMNS = 256;
    private static final int[] WARM_UP_ROWS = LANES == 16 ? new int[] {4, 8, 12, 16} : new int[] {VectorSixRows.ROWS};
    private static final int WARM_NANOS_PER_VALUE = LANES == 16 ? 1 : 2;
    private static final long WARM_UP_LIMIT_NANOS = 3_000_000_000L;

    private static volatile boolean inRegisters;
    private static int calls; // about so many: threads may overwrite each other's

    private static final VectorSpecies<Integer> INDEXES = SPECIES.withLanes(int.class);

    // Lanes to pick from two vectors: those of the second count from LANES on. Pairs of two rows' values, of the lower
    // and of the higher half of the columns; then fours of two such pairs, [column][row].
    private static final int[] LOW_PAIRS = pick(lane -> lane / 2 + (lane % 2) * LANES);
    private static final int[] HIGH_PAIRS = pick(lane -> LANES / 2 + lane / 2 + (lane % 2) * LANES);
    private static final int[] LOW_FOURS = pick(lane -> lane / 4 * 2 + lane % 2 + lane % 4 / 2 * LANES);
    private static final int[] HIGH_FOURS = pick(lane -> LANES / 2 + lane / 4 * 2 + lane % 2 + lane % 4 / 2 * LANES);

    // Three groups of four rows, A, B and C, each [4 columns][4 rows], to [4 columns][12 rows], in fours of lanes:
    // A0 B0 C0 A1, then B1 C1 A2 B2, then C2 A3 B3 C3. Each is picked from A and B first, with a place left open (any
    // four lanes), then from that and C.
    private static final int[] FIRST_OF_AB = pickFours(0, 4, 0, 1);
    private static final int[] FIRST_WITH_C = pickFours(0, 1, 4, 3);
    private static final int[] SECOND_OF_AB = pickFours(5, 0, 2, 6);
    private static final int[] SECOND_WITH_C = pickFours(0, 5, 2, 3);
    private static final int[] THIRD_OF_AB = pickFours(0, 3, 7, 0);
    private static final int[] THIRD_WITH_C = pickFours(6, 1, 2, 7);

    // Four groups of four rows, A to D, each [4 columns][4 rows], to [4 columns][16 rows]: A0 B0 A1 B1 and A2 B2 A3 B3,
    // C and
    // D likewise, then A0 B0 C0 D0 and so on.
    private static final int[] FIRST_TWO = pickFours(0, 4, 1, 5);
    private static final int[] LAST_TWO = pickFours(2, 6, 3, 7);
    private static final int[] LOW_HALVES = pickFours(0, 1, 4, 5);
    private static final int[] HIGH_HALVES = pickFours(2, 3, 6, 7);

    private VectorTranspose() {}

    private static int[] pick(IntUnaryOperator lane) {
        return IntStream.range(0, LANES).map(lane).toArray();
    }

    /** Fours of lanes: 0 to 3 of the first vector, 4 to 7 of the second. */
    private static int[] pickFours(int... fours) {
        return pick(lane -> 4 * fours[lane / 4 % fours.length] + lane % 4);
    }

    /**
     * Turns a block of rows.
     *
     * @param pitch from one column's values to the next in {@code out}; at least {@code rows}
     */
    static void transpose(float[] x, int from, int stride, int rows, int columns, float[] out, int to, int pitch) {
        if (inRegisters) {
            inRegisters(x, from, stride, rows, columns, out, to, pitch);
        } else {
            Transpose.oneByOne(x, from, stride, rows, columns, out, to, pitch);
            if (HAS_REGISTERS && ++calls == CALLS_BEFORE_WARM_UP) {
                WarmUp.start(VectorTranspose::warmUp);
            }
        }
    }

    /**
     * Has the compiler see the code for registers, and lets everybody use it when it is as fast as it should be. Uncompiled it takes
     * ten times as long as one value after the other, which added 300 ms to a model's first answer.
     */
    static void warmUp() {
        float[] x = new float[16 * WARM_UP_COLUMNS];
        float[] out = new float[16 * WARM_UP_COLUMNS];
        long deadline = System.nanoTime() + WARM_UP_LIMIT_NANOS;
        for (int fast = 0; fast < 3; ) {
            long begin = System.nanoTime();
            int values = 0;
            for (int rows : WARM_UP_ROWS) {
                inRegisters(x, 0, WARM_UP_COLUMNS, rows, WARM_UP_COLUMNS, out, 0, rows);
                values += rows * WARM_UP_COLUMNS;
            }
            long end = System.nanoTime();
            // Some nanoseconds a value at most: uncompiled it is twenty and more.
            fast = end - begin < WARM_NANOS_PER_VALUE * values ? fast + 1 : 0;
            if (end > deadline) {
                calls = 0; // a busy machine: once more, later
                return;
            }
        }
        inRegisters = true;
    }

    /** The same in registers, but for what is left over of rows and columns. For {@link #HAS_REGISTERS} only. */
    static void inRegisters(float[] x, int from, int stride, int rows, int columns, float[] out, int to, int pitch) {
        int whole = columns / LANES * LANES;
        int row = 0;
        if (LANES == 8) {
            if (rows == VectorSixRows.ROWS && pitch == VectorSixRows.ROWS) {
                VectorSixRows.transpose(x, from, stride, whole, out, to);
                Transpose.oneByOne(x, from + whole, stride, rows, columns - whole, out, to + whole * pitch, pitch);
            } else {
                Transpose.oneByOne(x, from, stride, rows, columns, out, to, pitch);
            }
            return;
        }
        if (rows == 12 && pitch == 12) {
            twelveRows(x, from, stride, whole, out, to);
            row = rows;
        }
        for (; row + LANES <= rows; row += LANES) {
            sixteenRows(x, from + row * stride, stride, whole, out, to + row, pitch);
        }
        for (; row + 4 <= rows; row += 4) {
            fourRows(x, from + row * stride, stride, whole, out, to + row, pitch);
        }
        Transpose.oneByOne(x, from + whole, stride, row, columns - whole, out, to + whole * pitch, pitch);
        Transpose.oneByOne(x, from + row * stride, stride, rows - row, columns, out, to + row, pitch);
    }

    /** Of whole vectors: each [4 columns][4 rows] is stored in four runs of four, through masks, or at once where they are neighbours. */
    private static void fourRows(float[] x, int from, int stride, int columns, float[] out, int to, int pitch) {
        IntVector lowPairs = IntVector.fromArray(INDEXES, LOW_PAIRS, 0);
        IntVector highPairs = IntVector.fromArray(INDEXES, HIGH_PAIRS, 0);
        IntVector lowFours = IntVector.fromArray(INDEXES, LOW_FOURS, 0);
        IntVector highFours = IntVector.fromArray(INDEXES, HIGH_FOURS, 0);
        VectorMask<Float> first = VectorMask.fromLong(SPECIES, 0x000F);
        VectorMask<Float> second = VectorMask.fromLong(SPECIES, 0x00F0);
        VectorMask<Float> third = VectorMask.fromLong(SPECIES, 0x0F00);
        VectorMask<Float> fourth = VectorMask.fromLong(SPECIES, 0xF000);
        int from1 = from + stride;
        int from2 = from1 + stride;
        int from3 = from2 + stride;
        for (int k = 0, at = to; k < columns; k += LANES, at += LANES * pitch) {
            IntVector row0 = FloatVector.fromArray(SPECIES, x, from + k).reinterpretAsInts();
            IntVector row1 = FloatVector.fromArray(SPECIES, x, from1 + k).reinterpretAsInts();
            IntVector row2 = FloatVector.fromArray(SPECIES, x, from2 + k).reinterpretAsInts();
            IntVector row3 = FloatVector.fromArray(SPECIES, x, from3 + k).reinterpretAsInts();
            IntVector turnedLowOf01 = lowPairs.selectFrom(row0, row1);
            IntVector turnedLowOf23 = lowPairs.selectFrom(row2, row3);
            IntVector turnedHighOf01 = highPairs.selectFrom(row0, row1);
            IntVector turnedHighOf23 = highPairs.selectFrom(row2, row3);
            IntVector turned0 = lowFours.selectFrom(turnedLowOf01, turnedLowOf23);
            IntVector turned1 = highFours.selectFrom(turnedLowOf01, turnedLowOf23);
            IntVector turned2 = lowFours.selectFrom(turnedHighOf01, turnedHighOf23);
            IntVector turned3 = highFours.selectFrom(turnedHighOf01, turnedHighOf23);
            FloatVector fours0 = turned0.reinterpretAsFloats();
            FloatVector fours1 = turned1.reinterpretAsFloats();
            FloatVector fours2 = turned2.reinterpretAsFloats();
            FloatVector fours3 = turned3.reinterpretAsFloats();
            if (pitch == 4) {
                fours0.intoArray(out, at);
                fours1.intoArray(out, at + LANES);
                fours2.intoArray(out, at + 2 * LANES);
                fours3.intoArray(out, at + 3 * LANES);
                continue;
            }
            fours0.intoArray(out, at, first);
            fours0.intoArray(out, at + pitch - 4, second);
            fours0.intoArray(out, at + 2 * pitch - 8, third);
            fours0.intoArray(out, at + 3 * pitch - 12, fourth);
            fours1.intoArray(out, at + 4 * pitch, first);
            fours1.intoArray(out, at + 5 * pitch - 4, second);
            fours1.intoArray(out, at + 6 * pitch - 8, third);
            fours1.intoArray(out, at + 7 * pitch - 12, fourth);
            fours2.intoArray(out, at + 8 * pitch, first);
            fours2.intoArray(out, at + 9 * pitch - 4, second);
            fours2.intoArray(out, at + 10 * pitch - 8, third);
            fours2.intoArray(out, at + 11 * pitch - 12, fourth);
            fours3.intoArray(out, at + 12 * pitch, first);
            fours3.intoArray(out, at + 13 * pitch - 4, second);
            fours3.intoArray(out, at + 14 * pitch - 8, third);
            fours3.intoArray(out, at + 15 * pitch - 12, fourth);
        }
    }

    /** Of whole vectors, as many rows as a vector has lanes: every column is stored at once. */
    private static void sixteenRows(float[] x, int from, int stride, int columns, float[] out, int to, int pitch) {
        IntVector lowPairs = IntVector.fromArray(INDEXES, LOW_PAIRS, 0);
        IntVector highPairs = IntVector.fromArray(INDEXES, HIGH_PAIRS, 0);
        IntVector lowFours = IntVector.fromArray(INDEXES, LOW_FOURS, 0);
        IntVector highFours = IntVector.fromArray(INDEXES, HIGH_FOURS, 0);
        IntVector firstTwo = IntVector.fromArray(INDEXES, FIRST_TWO, 0);
        IntVector lastTwo = IntVector.fromArray(INDEXES, LAST_TWO, 0);
        IntVector lowHalves = IntVector.fromArray(INDEXES, LOW_HALVES, 0);
        IntVector highHalves = IntVector.fromArray(INDEXES, HIGH_HALVES, 0);
        for (int k = 0, at = to; k < columns; k += LANES, at += LANES * pitch) {
            int row = from + k;
            IntVector row0 = FloatVector.fromArray(SPECIES, x, row).reinterpretAsInts();
            IntVector row1 = FloatVector.fromArray(SPECIES, x, row + stride).reinterpretAsInts();
            IntVector row2 = FloatVector.fromArray(SPECIES, x, row + 2 * stride).reinterpretAsInts();
            IntVector row3 = FloatVector.fromArray(SPECIES, x, row + 3 * stride).reinterpretAsInts();
            IntVector aLowOf01 = lowPairs.selectFrom(row0, row1);
            IntVector aLowOf23 = lowPairs.selectFrom(row2, row3);
            IntVector aHighOf01 = highPairs.selectFrom(row0, row1);
            IntVector aHighOf23 = highPairs.selectFrom(row2, row3);
            IntVector a0 = lowFours.selectFrom(aLowOf01, aLowOf23);
            IntVector a1 = highFours.selectFrom(aLowOf01, aLowOf23);
            IntVector a2 = lowFours.selectFrom(aHighOf01, aHighOf23);
            IntVector a3 = highFours.selectFrom(aHighOf01, aHighOf23);
            IntVector row4 = FloatVector.fromArray(SPECIES, x, row + 4 * stride).reinterpretAsInts();
            IntVector row5 = FloatVector.fromArray(SPECIES, x, row + 5 * stride).reinterpretAsInts();
            IntVector row6 = FloatVector.fromArray(SPECIES, x, row + 6 * stride).reinterpretAsInts();
            IntVector row7 = FloatVector.fromArray(SPECIES, x, row + 7 * stride).reinterpretAsInts();
            IntVector bLowOf01 = lowPairs.selectFrom(row4, row5);
            IntVector bLowOf23 = lowPairs.selectFrom(row6, row7);
            IntVector bHighOf01 = highPairs.selectFrom(row4, row5);
            IntVector bHighOf23 = highPairs.selectFrom(row6, row7);
            IntVector b0 = lowFours.selectFrom(bLowOf01, bLowOf23);
            IntVector b1 = highFours.selectFrom(bLowOf01, bLowOf23);
            IntVector b2 = lowFours.selectFrom(bHighOf01, bHighOf23);
            IntVector b3 = highFours.selectFrom(bHighOf01, bHighOf23);
            IntVector row8 = FloatVector.fromArray(SPECIES, x, row + 8 * stride).reinterpretAsInts();
            IntVector row9 = FloatVector.fromArray(SPECIES, x, row + 9 * stride).reinterpretAsInts();
            IntVector row10 =
                    FloatVector.fromArray(SPECIES, x, row + 10 * stride).reinterpretAsInts();
            IntVector row11 =
                    FloatVector.fromArray(SPECIES, x, row + 11 * stride).reinterpretAsInts();
            IntVector cLowOf01 = lowPairs.selectFrom(row8, row9);
            IntVector cLowOf23 = lowPairs.selectFrom(row10, row11);
            IntVector cHighOf01 = highPairs.selectFrom(row8, row9);
            IntVector cHighOf23 = highPairs.selectFrom(row10, row11);
            IntVector c0 = lowFours.selectFrom(cLowOf01, cLowOf23);
            IntVector c1 = highFours.selectFrom(cLowOf01, cLowOf23);
            IntVector c2 = lowFours.selectFrom(cHighOf01, cHighOf23);
            IntVector c3 = highFours.selectFrom(cHighOf01, cHighOf23);
            IntVector row12 =
                    FloatVector.fromArray(SPECIES, x, row + 12 * stride).reinterpretAsInts();
            IntVector row13 =
                    FloatVector.fromArray(SPECIES, x, row + 13 * stride).reinterpretAsInts();
            IntVector row14 =
                    FloatVector.fromArray(SPECIES, x, row + 14 * stride).reinterpretAsInts();
            IntVector row15 =
                    FloatVector.fromArray(SPECIES, x, row + 15 * stride).reinterpretAsInts();
            IntVector dLowOf01 = lowPairs.selectFrom(row12, row13);
            IntVector dLowOf23 = lowPairs.selectFrom(row14, row15);
            IntVector dHighOf01 = highPairs.selectFrom(row12, row13);
            IntVector dHighOf23 = highPairs.selectFrom(row14, row15);
            IntVector d0 = lowFours.selectFrom(dLowOf01, dLowOf23);
            IntVector d1 = highFours.selectFrom(dLowOf01, dLowOf23);
            IntVector d2 = lowFours.selectFrom(dHighOf01, dHighOf23);
            IntVector d3 = highFours.selectFrom(dHighOf01, dHighOf23);
            IntVector ab0First = firstTwo.selectFrom(a0, b0);
            IntVector cd0First = firstTwo.selectFrom(c0, d0);
            IntVector ab0Last = lastTwo.selectFrom(a0, b0);
            IntVector cd0Last = lastTwo.selectFrom(c0, d0);
            lowHalves.selectFrom(ab0First, cd0First).reinterpretAsFloats().intoArray(out, at);
            highHalves.selectFrom(ab0First, cd0First).reinterpretAsFloats().intoArray(out, at + pitch);
            lowHalves.selectFrom(ab0Last, cd0Last).reinterpretAsFloats().intoArray(out, at + 2 * pitch);
            highHalves.selectFrom(ab0Last, cd0Last).reinterpretAsFloats().intoArray(out, at + 3 * pitch);
            IntVector ab1First = firstTwo.selectFrom(a1, b1);
            IntVector cd1First = firstTwo.selectFrom(c1, d1);
            IntVector ab1Last = lastTwo.selectFrom(a1, b1);
            IntVector cd1Last = lastTwo.selectFrom(c1, d1);
            lowHalves.selectFrom(ab1First, cd1First).reinterpretAsFloats().intoArray(out, at + 4 * pitch);
            highHalves.selectFrom(ab1First, cd1First).reinterpretAsFloats().intoArray(out, at + 5 * pitch);
            lowHalves.selectFrom(ab1Last, cd1Last).reinterpretAsFloats().intoArray(out, at + 6 * pitch);
            highHalves.selectFrom(ab1Last, cd1Last).reinterpretAsFloats().intoArray(out, at + 7 * pitch);
            IntVector ab2First = firstTwo.selectFrom(a2, b2);
            IntVector cd2First = firstTwo.selectFrom(c2, d2);
            IntVector ab2Last = lastTwo.selectFrom(a2, b2);
            IntVector cd2Last = lastTwo.selectFrom(c2, d2);
            lowHalves.selectFrom(ab2First, cd2First).reinterpretAsFloats().intoArray(out, at + 8 * pitch);
            highHalves.selectFrom(ab2First, cd2First).reinterpretAsFloats().intoArray(out, at + 9 * pitch);
            lowHalves.selectFrom(ab2Last, cd2Last).reinterpretAsFloats().intoArray(out, at + 10 * pitch);
            highHalves.selectFrom(ab2Last, cd2Last).reinterpretAsFloats().intoArray(out, at + 11 * pitch);
            IntVector ab3First = firstTwo.selectFrom(a3, b3);
            IntVector cd3First = firstTwo.selectFrom(c3, d3);
            IntVector ab3Last = lastTwo.selectFrom(a3, b3);
            IntVector cd3Last = lastTwo.selectFrom(c3, d3);
            lowHalves.selectFrom(ab3First, cd3First).reinterpretAsFloats().intoArray(out, at + 12 * pitch);
            highHalves.selectFrom(ab3First, cd3First).reinterpretAsFloats().intoArray(out, at + 13 * pitch);
            lowHalves.selectFrom(ab3Last, cd3Last).reinterpretAsFloats().intoArray(out, at + 14 * pitch);
            highHalves.selectFrom(ab3Last, cd3Last).reinterpretAsFloats().intoArray(out, at + 15 * pitch);
        }
    }

    /** Of whole vectors, a full tile's rows. */
    private static void twelveRows(float[] x, int from, int stride, int columns, float[] out, int to) {
        IntVector lowPairs = IntVector.fromArray(INDEXES, LOW_PAIRS, 0);
        IntVector highPairs = IntVector.fromArray(INDEXES, HIGH_PAIRS, 0);
        IntVector lowFours = IntVector.fromArray(INDEXES, LOW_FOURS, 0);
        IntVector highFours = IntVector.fromArray(INDEXES, HIGH_FOURS, 0);
        IntVector firstOfAB = IntVector.fromArray(INDEXES, FIRST_OF_AB, 0);
        IntVector firstWithC = IntVector.fromArray(INDEXES, FIRST_WITH_C, 0);
        IntVector secondOfAB = IntVector.fromArray(INDEXES, SECOND_OF_AB, 0);
        IntVector secondWithC = IntVector.fromArray(INDEXES, SECOND_WITH_C, 0);
        IntVector thirdOfAB = IntVector.fromArray(INDEXES, THIRD_OF_AB, 0);
        IntVector thirdWithC = IntVector.fromArray(INDEXES, THIRD_WITH_C, 0);
        int from1 = from + stride;
        int from2 = from1 + stride;
        int from3 = from2 + stride;
        int from4 = from3 + stride;
        int from5 = from4 + stride;
        int from6 = from5 + stride;
        int from7 = from6 + stride;
        int from8 = from7 + stride;
        int from9 = from8 + stride;
        int from10 = from9 + stride;
        int from11 = from10 + stride;
        for (int k = 0, at = to; k < columns; k += LANES, at += LANES * 12) {
            IntVector row0 = FloatVector.fromArray(SPECIES, x, from + k).reinterpretAsInts();
            IntVector row1 = FloatVector.fromArray(SPECIES, x, from1 + k).reinterpretAsInts();
            IntVector row2 = FloatVector.fromArray(SPECIES, x, from2 + k).reinterpretAsInts();
            IntVector row3 = FloatVector.fromArray(SPECIES, x, from3 + k).reinterpretAsInts();
            IntVector aLowOf01 = lowPairs.selectFrom(row0, row1);
            IntVector aLowOf23 = lowPairs.selectFrom(row2, row3);
            IntVector aHighOf01 = highPairs.selectFrom(row0, row1);
            IntVector aHighOf23 = highPairs.selectFrom(row2, row3);
            IntVector a0 = lowFours.selectFrom(aLowOf01, aLowOf23);
            IntVector a1 = highFours.selectFrom(aLowOf01, aLowOf23);
            IntVector a2 = lowFours.selectFrom(aHighOf01, aHighOf23);
            IntVector a3 = highFours.selectFrom(aHighOf01, aHighOf23);
            IntVector row4 = FloatVector.fromArray(SPECIES, x, from4 + k).reinterpretAsInts();
            IntVector row5 = FloatVector.fromArray(SPECIES, x, from5 + k).reinterpretAsInts();
            IntVector row6 = FloatVector.fromArray(SPECIES, x, from6 + k).reinterpretAsInts();
            IntVector row7 = FloatVector.fromArray(SPECIES, x, from7 + k).reinterpretAsInts();
            IntVector bLowOf01 = lowPairs.selectFrom(row4, row5);
            IntVector bLowOf23 = lowPairs.selectFrom(row6, row7);
            IntVector bHighOf01 = highPairs.selectFrom(row4, row5);
            IntVector bHighOf23 = highPairs.selectFrom(row6, row7);
            IntVector b0 = lowFours.selectFrom(bLowOf01, bLowOf23);
            IntVector b1 = highFours.selectFrom(bLowOf01, bLowOf23);
            IntVector b2 = lowFours.selectFrom(bHighOf01, bHighOf23);
            IntVector b3 = highFours.selectFrom(bHighOf01, bHighOf23);
            IntVector row8 = FloatVector.fromArray(SPECIES, x, from8 + k).reinterpretAsInts();
            IntVector row9 = FloatVector.fromArray(SPECIES, x, from9 + k).reinterpretAsInts();
            IntVector row10 = FloatVector.fromArray(SPECIES, x, from10 + k).reinterpretAsInts();
            IntVector row11 = FloatVector.fromArray(SPECIES, x, from11 + k).reinterpretAsInts();
            IntVector cLowOf01 = lowPairs.selectFrom(row8, row9);
            IntVector cLowOf23 = lowPairs.selectFrom(row10, row11);
            IntVector cHighOf01 = highPairs.selectFrom(row8, row9);
            IntVector cHighOf23 = highPairs.selectFrom(row10, row11);
            IntVector c0 = lowFours.selectFrom(cLowOf01, cLowOf23);
            IntVector c1 = highFours.selectFrom(cLowOf01, cLowOf23);
            IntVector c2 = lowFours.selectFrom(cHighOf01, cHighOf23);
            IntVector c3 = highFours.selectFrom(cHighOf01, cHighOf23);
            firstWithC
                    .selectFrom(firstOfAB.selectFrom(a0, b0), c0)
                    .reinterpretAsFloats()
                    .intoArray(out, at);
            secondWithC
                    .selectFrom(secondOfAB.selectFrom(a0, b0), c0)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 16);
            thirdWithC
                    .selectFrom(thirdOfAB.selectFrom(a0, b0), c0)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 32);
            firstWithC
                    .selectFrom(firstOfAB.selectFrom(a1, b1), c1)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 48);
            secondWithC
                    .selectFrom(secondOfAB.selectFrom(a1, b1), c1)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 64);
            thirdWithC
                    .selectFrom(thirdOfAB.selectFrom(a1, b1), c1)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 80);
            firstWithC
                    .selectFrom(firstOfAB.selectFrom(a2, b2), c2)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 96);
            secondWithC
                    .selectFrom(secondOfAB.selectFrom(a2, b2), c2)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 112);
            thirdWithC
                    .selectFrom(thirdOfAB.selectFrom(a2, b2), c2)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 128);
            firstWithC
                    .selectFrom(firstOfAB.selectFrom(a3, b3), c3)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 144);
            secondWithC
                    .selectFrom(secondOfAB.selectFrom(a3, b3), c3)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 160);
            thirdWithC
                    .selectFrom(thirdOfAB.selectFrom(a3, b3), c3)
                    .reinterpretAsFloats()
                    .intoArray(out, at + 176);
        }
    }
}
