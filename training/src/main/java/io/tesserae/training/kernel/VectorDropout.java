package io.tesserae.training.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Dropout by whole vectors: each lane computes a block of {@link Draw}, of which both words are used. */
final class VectorDropout {

    private static final VectorSpecies<Integer> INT_SPECIES = VectorSpecies.of(int.class, SPECIES.vectorShape());
    private static final int LANES = SPECIES.length();
    /** Values that share a run of blocks: their first words are for the first half of these, the second words for the rest. */
    static final int RUN = 32;

    private VectorDropout() {}

    /** {@link GradientKernels#dropout}, for a multiple of {@value #RUN} values. The rounds are {@link Draw#block}'s, written out. */
    static void dropout(Draw draw, float p, long place, float[] x, int offset, int count, float[] out, int outOffset) {
        int key0 = draw.key0();
        int key1 = draw.key1();
        int key2 = Draw.PARITY ^ key0 ^ key1;
        int least = ScalarGradientKernels.leastKept(p);
        FloatVector scale = FloatVector.broadcast(SPECIES, 1f / (1f - p));
        FloatVector zero = FloatVector.zero(SPECIES);
        IntVector lanes = IntVector.broadcast(INT_SPECIES, 0).addIndex(1);
        IntVector site = IntVector.broadcast(INT_SPECIES, draw.site() + key1);
        int counter = (int) (place / 2); // as an unsigned number of 32 bits: sums wrap as they should
        for (int run = 0; run < count; run += RUN) {
            for (int lane = 0; lane < RUN / 2; lane += LANES) {
                IntVector a = lanes.add(counter + run / 2 + lane + key0);
                IntVector b = site;
                a = a.add(b);
                b = b.lanewise(ROL, 13).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 15).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 26).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 6).lanewise(XOR, a);
                a = a.add(key1);
                b = b.add(key2 + 1);
                a = a.add(b);
                b = b.lanewise(ROL, 17).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 29).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 16).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 24).lanewise(XOR, a);
                a = a.add(key2);
                b = b.add(key0 + 2);
                a = a.add(b);
                b = b.lanewise(ROL, 13).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 15).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 26).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 6).lanewise(XOR, a);
                a = a.add(key0);
                b = b.add(key1 + 3);
                a = a.add(b);
                b = b.lanewise(ROL, 17).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 29).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 16).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 24).lanewise(XOR, a);
                a = a.add(key1);
                b = b.add(key2 + 4);
                a = a.add(b);
                b = b.lanewise(ROL, 13).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 15).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 26).lanewise(XOR, a);
                a = a.add(b);
                b = b.lanewise(ROL, 6).lanewise(XOR, a);
                a = a.add(key2);
                b = b.add(key0 + 5);
                VectorMask<Float> left = a.lanewise(LSHR, 8).compare(LT, least).cast(SPECIES);
                VectorMask<Float> leftToo =
                        b.lanewise(LSHR, 8).compare(LT, least).cast(SPECIES);
                int at = run + lane;
                FloatVector first =
                        FloatVector.fromArray(SPECIES, x, offset + at).mul(scale);
                FloatVector second =
                        FloatVector.fromArray(SPECIES, x, offset + at + RUN / 2).mul(scale);
                first.blend(zero, left).intoArray(out, outOffset + at);
                second.blend(zero, leftToo).intoArray(out, outOffset + at + RUN / 2);
            }
        }
    }
}
