package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PositionEmbeddingsTest {

    private static final Engine ENGINE = Engine.builder().threads(2).build();
    private static final Engine SCALAR =
            Engine.builder().kernels(Kernels.scalar()).threads(1).build();

    /** What torch says of the numbers 0, 1, 4, 9, … on a grid of 3 x 3, resized to 2 x 5. */
    @Test
    void theReferencesValues() {
        assertResized(
                Resampling.BICUBIC,
                0.883594f,
                1.624752f,
                3.238281f,
                5.931813f,
                7.78497f,
                29.06147f,
                33.80032f,
                42.05078f,
                51.38126f,
                57.23211f);
        assertResized(
                Resampling.ANTIALIASED_BICUBIC,
                1.850054f,
                2.850947f,
                4.924556f,
                8.207119f,
                10.15f,
                26.07247f,
                30.23266f,
                38.05458f,
                47.08545f,
                52.18762f);
    }

    private static void assertResized(Resampling resampling, float... expected) {
        PositionEmbeddings positions = load(table(9), 0, 3, resampling);
        try (Workspace workspace = ENGINE.machine().workspace()) {
            Tensor resized = positions.forGrid(workspace.frame(), 2, 5);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], resized.get(i, 0), 64 * 1e-6); // 64 is the largest position
            }
        }
    }

    private static Tensor table(int positions) {
        Tensor table = Tensor.zeros(1, positions, 1);
        for (int i = 0; i < positions; i++) {
            table.data()[i] = i * i;
        }
        return table;
    }

    @Test
    void theTrainedGridIsTheTableItself() {
        Tensor table = random(new Random(1), 1, 2 + 16, 5);
        PositionEmbeddings positions = load(table, 2, 4, Resampling.BICUBIC);
        try (Workspace workspace = ENGINE.machine().workspace()) {
            float[] values = table.toArray();
            assertArrayEquals(Arrays.copyOf(values, 2 * 5), positions.prefix().toArray());
            assertArrayEquals(
                    Arrays.copyOfRange(values, 2 * 5, values.length),
                    positions.forGrid(workspace.frame(), 4, 4).toArray());
        }
        assertTrue(positions.canInterpolate());
        StateDict weights = StateDict.of(new TensorsInMemory().with("p", random(new Random(1), 1, 7, 5)), "x.");
        assertFalse(PositionEmbeddings.load(weights, "p", 1, 2, 3, 5, Resampling.BICUBIC)
                .canInterpolate());
    }

    /** The weights of a point add up to one, so constant positions stay so. */
    @Property(tries = 50)
    void constantsStayAndEveryKernelGivesTheSameBits(
            @ForAll Resampling resampling,
            @ForAll @IntRange(min = 1, max = 9) int trained,
            @ForAll @IntRange(min = 1, max = 14) int height,
            @ForAll @IntRange(min = 1, max = 14) int width,
            @ForAll @IntRange(min = 0, max = 2) int prefixTokens,
            @ForAll @IntRange(min = 1, max = 40) int hidden,
            @ForAll long seed) {
        Tensor table = random(new Random(seed), 1, prefixTokens + trained * trained, hidden);
        for (int i = prefixTokens * hidden; i < table.size(); i += hidden) {
            table.data()[i] = 3f; // the first channel of every patch's position
        }
        PositionEmbeddings positions = load(table, prefixTokens, trained, resampling);
        try (Workspace workspace = ENGINE.machine().workspace();
                Workspace scalar = SCALAR.machine().workspace()) {
            Tensor resized = positions.forGrid(workspace.frame(), height, width);
            assertEquals(height * width, resized.dimension(0));
            for (int i = 0; i < height * width; i++) {
                assertEquals(3f, resized.get(i, 0), 1e-5);
            }
            Tensor definition = positions.forGrid(scalar.frame(), height, width);
            for (int i = 0; i < resized.size(); i++) {
                assertEquals(Float.floatToRawIntBits(definition.data()[i]), Float.floatToRawIntBits(resized.data()[i]));
            }
        }
    }

    private static PositionEmbeddings load(Tensor table, int prefixTokens, int grid, Resampling resampling) {
        StateDict weights = StateDict.of(new TensorsInMemory().with("p", table), "x.");
        return PositionEmbeddings.load(weights, "p", prefixTokens, grid, grid, table.dimension(2), resampling);
    }

    private static Tensor random(Random random, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}
