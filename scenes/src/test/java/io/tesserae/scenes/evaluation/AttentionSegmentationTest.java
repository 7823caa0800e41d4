package io.tesserae.scenes.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.scenes.Scene;
import io.tesserae.scenes.Thing;
import io.tesserae.scenes.evaluation.AttentionSegmentation.HeadScore;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class AttentionSegmentationTest {

    private static final int SIDE = Scene.SIDE;
    private static final AttentionSegmentation SQUARE = new AttentionSegmentation(2, 2, 0.6);

    /** The pixels of a rectangle. */
    private static boolean[] mask(int left, int top, int right, int bottom) {
        boolean[] mask = new boolean[SIDE * SIDE];
        for (int pixel = 0; pixel < mask.length; pixel++) {
            int x = pixel % SIDE;
            int y = pixel / SIDE;
            mask[pixel] = x >= left && x < right && y >= top && y < bottom;
        }
        return mask;
    }

    @Example
    void theStrongestPatchesWithSixTenthsAreKept() {
        assertArrayEquals(new boolean[] {false, false, false, true}, SQUARE.patches(new float[] {1, 1, 1, 7}));
        assertArrayEquals(new boolean[] {true, false, true, false}, SQUARE.patches(new float[] {4, 1, 3, 2}));
        assertArrayEquals(new boolean[] {false, true, true, true}, SQUARE.patches(new float[] {1, 1, 1, 1}));
    }

    /**
     * {@code visualize_attention.py}: what is left out is at most the rest of the mass, so what stays is at least the
     * mass.
     */
    @Property(tries = 200)
    void whatStaysHasTheMassAndNoPatchTooMany(@ForAll long seed) {
        Random random = new Random(seed);
        float[] attention = new float[49];
        double sum = 0;
        for (int patch = 0; patch < attention.length; patch++) {
            attention[patch] = random.nextFloat();
            sum += attention[patch];
        }
        boolean[] kept = new AttentionSegmentation(7, 7, 0.6).patches(attention);
        double mass = 0;
        double weakest = 1;
        for (int patch = 0; patch < attention.length; patch++) {
            if (kept[patch]) {
                mass += attention[patch];
                weakest = Math.min(weakest, attention[patch]);
            }
        }
        assertTrue(mass >= 0.6 * sum - 1e-9 && mass - weakest < 0.6 * sum);
    }

    @Example
    void unionAndIntersectionAreCountedInPixels() {
        float[] topLeft = {7, 1, 1, 1};
        int half = SIDE / 2;
        assertEquals(1, SQUARE.intersectionOverUnion(topLeft, mask(0, 0, half, half)));
        assertEquals(0, SQUARE.intersectionOverUnion(topLeft, mask(half, half, SIDE, SIDE)));
        assertEquals(0.25, SQUARE.intersectionOverUnion(topLeft, mask(0, 0, SIDE, SIDE)));
        assertEquals(1 / 3.0, SQUARE.intersectionOverUnion(topLeft, mask(half / 2, 0, half + half / 2, half)));
    }

    /** Three patches across 64 pixels: the middle of pixel 21 is just beyond a third, that of 42 is just within two. */
    @Example
    void aPixelBelongsToThePatchOfItsMiddle() {
        AttentionSegmentation thirds = new AttentionSegmentation(1, 3, 0.6);
        assertEquals(1, thirds.intersectionOverUnion(new float[] {0, 1, 0}, mask(21, 0, 43, SIDE)));
        assertEquals(1, thirds.intersectionOverUnion(new float[] {0, 0, 1}, mask(43, 0, SIDE, SIDE)));
    }

    @Example
    void theBestHeadIsFound() {
        boolean[] mask = mask(0, 0, SIDE / 2, SIDE / 2);
        List<float[]> heads = List.of(
                new float[] {1, 1, 1, 7}, new float[] {7, 1, 1, 1}, new float[] {8, 1, 1, 1}, new float[] {5, 4, 1, 1});
        assertEquals(new HeadScore(1, 1), SQUARE.best(heads, mask));
        assertEquals(new HeadScore(0, 0), SQUARE.best(heads.subList(0, 1), mask));
    }

    /**
     * A head with a patch for each pixel that looks evenly at a thing: all of the mass is the thing, six tenths are
     * that share of it.
     */
    @Example
    void whoLooksAtTheThingFindsIt() {
        AttentionSegmentation all = new AttentionSegmentation(SIDE, SIDE, 1);
        AttentionSegmentation most = new AttentionSegmentation(SIDE, SIDE, 0.6);
        for (int number = 0; number < 50; number++) {
            for (Thing thing : Scene.draw(3, number).things()) {
                float[] attention = new float[SIDE * SIDE];
                for (int pixel = 0; pixel < attention.length; pixel++) {
                    attention[pixel] = thing.mask()[pixel] ? 1 : 0;
                }
                assertEquals(1, all.intersectionOverUnion(attention, thing.mask()));
                double onePixel = 1.0 / thing.covered(0, 0, SIDE);
                assertEquals(0.6, most.intersectionOverUnion(attention, thing.mask()), onePixel);
            }
        }
    }

    @Example
    void whatIsNoMapIsRefused() {
        boolean[] mask = mask(0, 0, 1, 1);
        assertThrows(IllegalArgumentException.class, () -> SQUARE.patches(new float[3]));
        assertThrows(IllegalArgumentException.class, () -> SQUARE.patches(new float[4]));
        assertThrows(IllegalArgumentException.class, () -> SQUARE.patches(new float[] {1, Float.NaN, 0, 0}));
        assertThrows(IllegalArgumentException.class, () -> SQUARE.patches(new float[] {1, -1, 0, 0}));
        assertThrows(
                IllegalArgumentException.class,
                () -> SQUARE.intersectionOverUnion(new float[] {1, 0, 0, 0}, new boolean[4]));
        assertThrows(IllegalArgumentException.class, () -> SQUARE.best(List.of(), mask));
        assertThrows(IllegalArgumentException.class, () -> new AttentionSegmentation(0, 1, 0.6));
        assertThrows(IllegalArgumentException.class, () -> new AttentionSegmentation(1, 1, 0));
    }
}
