package io.tesserae.benchmarks.steps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.kernel.Kernels;
import io.tesserae.tensor.Activation;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the steps compute what they claim to: the same bits where they say so. A step that is fast and wrong is no step. */
class KernelStepsTest {

    /** Rows, depth, columns: below a tile, whole tiles, beside them, and several blocks of the depth with a rest. */
    private static final int[][] SHAPES = {
        {1, 1, 1}, {3, 17, 5}, {12, 64, 32}, {13, 33, 31}, {29, 100, 67}, {28, 768, 64}, {15, 1601, 35}
    };

    private static final int[][] SCORES = {{1, 1}, {5, 15}, {16, 16}, {17, 33}, {35, 130}};

    private static Stream<ProductOperands> products() {
        return Arrays.stream(SHAPES).map(shape -> ProductOperands.random(shape[0], shape[1], shape[2]));
    }

    @ParameterizedTest
    @EnumSource(value = ProductStage.class, mode = EnumSource.Mode.EXCLUDE, names = "DOT_PRODUCT_TILE")
    void everyStepHasTheBitsOfTheThreeLoops(ProductStage stage) {
        assertTrue(stage.keepsTheChains());
        products().forEach(operands -> {
            try (ProductStep step = stage.prepare(operands)) {
                step.run();
                step.run(); // a second run begins anew
                assertSameBits(threeLoops(operands), step.result(), stage + " " + shape(operands));
            }
        });
    }

    @Test
    void lanesAlongTheDepthAreNearButNotTheSame() {
        assertFalse(ProductStage.DOT_PRODUCT_TILE.keepsTheChains());
        products().forEach(operands -> {
            float[] expected = threeLoops(operands);
            try (ProductStep step = ProductStage.DOT_PRODUCT_TILE.prepare(operands)) {
                step.run();
                assertArrayEquals(expected, step.result(), 1e-5f, shape(operands));
                if (operands.inFeatures() >= 100) {
                    assertFalse(
                            Arrays.equals(expected, step.result()), "these bits could not be had: " + shape(operands));
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(value = GeluStage.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void geluIsThatOfTheScalarKernels(GeluStage stage) {
        products().forEach(operands -> {
            float[] expected = threeLoops(operands);
            Kernels.scalar().activate(Activation.GELU, expected, 0, 1, expected.length, expected.length);
            try (GeluStep step = stage.prepare(operands)) {
                step.run();
                if (stage == GeluStage.MATH) {
                    assertArrayEquals(expected, step.result(), 1e-6f, stage + " " + shape(operands));
                } else {
                    assertSameBits(expected, step.result(), stage + " " + shape(operands));
                }
            }
        });
    }

    @Test
    void geluPolynomialIsTheEnginesFarOutToo() {
        float[] values = new float[4001];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i - 2000) / 200f;
        }
        float[] expected = values.clone();
        Kernels.scalar().activate(Activation.GELU, expected, 0, 1, expected.length, expected.length);
        for (int i = 0; i < values.length; i++) {
            assertEquals(expected[i], GeluByMath.gelu(values[i]), 1e-6f, "GELU of " + values[i]);
            values[i] = GeluPolynomial.gelu(values[i]);
        }
        assertSameBits(expected, values, "from -10 to 10");
    }

    @ParameterizedTest
    @EnumSource(SoftmaxStage.class)
    void softmaxIsThatOfTheScalarKernels(SoftmaxStage stage) {
        for (int[] shape : SCORES) {
            SoftmaxOperands operands = SoftmaxOperands.random(shape[0], shape[1]);
            float[] expected = operands.scores().clone();
            for (int query = 0; query < operands.queries(); query++) {
                Kernels.scalar().softmax(expected, query * operands.keys(), operands.keys());
            }
            SoftmaxStep step = stage.prepare(operands);
            step.run();
            step.run();
            String message = stage + ", queries and keys " + Arrays.toString(shape);
            if (stage == SoftmaxStage.MATH) {
                assertArrayEquals(expected, step.result(), 1e-6f, message);
            } else {
                assertSameBits(expected, step.result(), message);
            }
        }
    }

    @Test
    void theStoryPrintsALineForEveryStep() {
        KernelStory story = KernelStory.of(1, 0);
        assertEquals(
                2 + SoftmaxStage.values().length,
                story.softmaxes(4, 8, 16).lines().count());
        assertEquals(
                2 + GeluStage.values().length,
                story.gelus(ProductOperands.random(2, 16, 16)).lines().count());
        String table = story.products(ProductOperands.random(2, 16, 16));
        assertEquals(2 + ProductStage.values().length, table.lines().count(), table);
        assertTrue(table.contains("| 1 | three loops |"), table);
    }

    @Test
    void benchmarksRun() {
        var product = new ProductStepBenchmark();
        product.rows = 1;
        product.prepare();
        product.run();
        product.close();
        var gelu = new GeluStepBenchmark();
        gelu.rows = 1;
        gelu.prepare();
        gelu.run();
        gelu.close();
        var softmax = new SoftmaxStepBenchmark();
        softmax.prepare();
        softmax.run();
    }

    private static float[] threeLoops(ProductOperands operands) {
        ThreeLoops definition = new ThreeLoops(operands);
        definition.run();
        return definition.result().clone();
    }

    private static String shape(ProductOperands operands) {
        return "rows " + operands.rows() + ", depth " + operands.inFeatures() + ", columns " + operands.outFeatures();
    }

    private static void assertSameBits(float[] expected, float[] found, String message) {
        assertEquals(expected.length, found.length, message);
        for (int i = 0; i < expected.length; i++) {
            int place = i;
            assertEquals(
                    Float.floatToRawIntBits(expected[i]),
                    Float.floatToRawIntBits(found[i]),
                    () -> message + ", value " + place + ": expected " + expected[place] + ", found " + found[place]);
        }
    }
}
