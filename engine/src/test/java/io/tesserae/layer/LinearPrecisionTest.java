package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import io.tesserae.tensor.WeightException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever asks an engine for weights of fewer bits gets the answers of a checkpoint whose weights are rounded. */
class LinearPrecisionTest {

    private static final int ROWS = 7;
    private static final int IN = 33;
    private static final int OUT = 70;

    private final Tensor x = values(1, ROWS, IN);
    private final Tensor weight = values(2, OUT, IN);
    private final Tensor bias = values(3, OUT);

    @ParameterizedTest
    @EnumSource(names = "INT8", mode = EnumSource.Mode.EXCLUDE)
    void answersAreThoseOfRoundedWeights(Precision precision) {
        Tensor rounded = Tensor.zeros(OUT, IN);
        for (int i = 0; i < rounded.size(); i++) {
            rounded.data()[i] = precision.round(weight.data()[i]);
        }
        float[] expected = forward(Kernels.scalar(), Precision.FLOAT32, Precision.FLOAT32, rounded);
        for (Kernels kernels : new Kernels[] {Kernels.scalar(), Kernels.best()}) {
            assertArrayEquals(expected, forward(kernels, Precision.FLOAT32, precision, weight));
            // Stored so: nobody rounds them, whatever is asked for.
            for (Precision asked : Precision.values()) {
                assertArrayEquals(
                        asked == Precision.INT8 || precision == Precision.FLOAT32 && asked != precision
                                ? forward(Kernels.scalar(), Precision.FLOAT32, asked, rounded)
                                : expected,
                        forward(kernels, precision, asked, rounded));
            }
        }
        float[] unrounded = forward(Kernels.scalar(), Precision.FLOAT32, Precision.FLOAT32, weight);
        assertEquals(precision == Precision.FLOAT32, Arrays.equals(unrounded, expected));
    }

    /** GPT-2's layers: whatever they are stored as, and whatever is asked for, the answers are those of the matrix turned round. */
    @ParameterizedTest
    @EnumSource(names = "INT8", mode = EnumSource.Mode.EXCLUDE)
    void theOtherWayRoundHasTheSameAnswers(Precision precision) {
        Tensor rounded = Tensor.zeros(OUT, IN);
        Tensor turned = Tensor.zeros(IN, OUT);
        for (int i = 0; i < rounded.size(); i++) {
            rounded.data()[i] = precision.round(weight.data()[i]);
            turned.data()[i % IN * OUT + i / IN] = rounded.data()[i];
        }
        for (Kernels kernels : new Kernels[] {Kernels.scalar(), Kernels.best()}) {
            for (Precision asked : Precision.values()) {
                assertArrayEquals(
                        forward(kernels, precision, asked, rounded, false),
                        forward(kernels, precision, asked, turned, true));
            }
        }
        turned.data()[5] = 65536f;
        if (precision == Precision.FLOAT32) {
            String message = assertThrows(
                            WeightException.class,
                            () -> forward(Kernels.best(), precision, Precision.FLOAT16, turned, true))
                    .getMessage();
            assertTrue(message.contains("dense.weight") && message.contains("65536"), message);
        }
    }

    /** Rows of 8 bits are off by half of their step at most, so an answer by half a step times the activations' magnitudes. */
    @Test
    void answersOfEightBitsAreNear() {
        float[] exact = forward(Kernels.scalar(), Precision.FLOAT32, Precision.FLOAT32, weight);
        float[] found = forward(Kernels.scalar(), Precision.FLOAT32, Precision.INT8, weight);
        assertArrayEquals(found, forward(Kernels.best(), Precision.FLOAT32, Precision.INT8, weight));
        assertFalse(Arrays.equals(exact, found));
        for (int row = 0; row < ROWS; row++) {
            double activations = 0;
            for (int k = 0; k < IN; k++) {
                activations += Math.abs(x.data()[row * IN + k]);
            }
            for (int column = 0; column < OUT; column++) {
                double largest = 0;
                for (int k = 0; k < IN; k++) {
                    largest = Math.max(largest, Math.abs(weight.data()[column * IN + k]));
                }
                double most = largest / 127 / 2 * activations + 1e-4;
                assertEquals(exact[row * OUT + column], found[row * OUT + column], most);
            }
        }
    }

    /** Its product is right, only not in 16 bits; but infinity would be wrong in silence. */
    @Test
    void aWeightThatFloat16CannotHoldIsNamed() {
        weight.data()[5] = 65536f;
        String message = assertThrows(
                        WeightException.class,
                        () -> forward(Kernels.best(), Precision.FLOAT32, Precision.FLOAT16, weight))
                .getMessage();
        assertTrue(message.contains("dense.weight") && message.contains("65536"), message);
        assertFalse(message.contains("\n"), message);
        forward(Kernels.best(), Precision.FLOAT32, Precision.BFLOAT16, weight);
    }

    /** Queries of float16, keys of bfloat16 and values of float32, side by side: each part is what it is by itself. */
    @Test
    void partsOfDifferentPrecisionsKeepTheirOwn() {
        TensorsInMemory source = new TensorsInMemory() {
            @Override
            public Precision precision(String name) {
                return name.startsWith("q")
                        ? Precision.FLOAT16
                        : name.startsWith("k") ? Precision.BFLOAT16 : Precision.FLOAT32;
            }
        };
        Tensor half = Tensor.zeros(OUT, IN);
        Tensor brain = Tensor.zeros(OUT, IN);
        for (int i = 0; i < weight.size(); i++) {
            half.data()[i] = Precision.FLOAT16.round(weight.data()[i]);
            brain.data()[i] = Precision.BFLOAT16.round(weight.data()[i]);
        }
        source.with("q.weight", half).with("k.weight", brain).with("v.weight", weight);
        source.with("q.bias", bias).with("k.bias", bias).with("v.bias", bias);
        float[][] expected = {
            forward(Kernels.scalar(), Precision.FLOAT32, Precision.FLOAT32, half),
            forward(Kernels.scalar(), Precision.FLOAT32, Precision.FLOAT32, brain),
            forward(Kernels.scalar(), Precision.FLOAT32, Precision.FLOAT16, weight)
        };
        try (Engine engine = Engine.builder().weightPrecision(Precision.FLOAT16).build();
                Workspace workspace = engine.machine().workspace()) {
            StateDict weights = StateDict.of(source, "");
            Linear linear = FusedLinear.load(engine, OUT, IN, true, weights.at("q"), weights.at("k"), weights.at("v"));
            Tensor out = Tensor.zeros(ROWS, 3 * OUT);
            linear.forward(workspace, x, Epilogue.NONE, out);
            for (int row = 0; row < ROWS; row++) {
                for (int column = 0; column < 3 * OUT; column++) {
                    assertEquals(expected[column / OUT][row * OUT + column % OUT], out.data()[row * 3 * OUT + column]);
                }
            }
        }
    }

    private float[] forward(Kernels kernels, Precision stored, Precision asked, Tensor weights) {
        return forward(kernels, stored, asked, weights, false);
    }

    private float[] forward(Kernels kernels, Precision stored, Precision asked, Tensor weights, boolean transposed) {
        TensorsInMemory source = new TensorsInMemory() {
            @Override
            public Precision precision(String name) {
                return stored;
            }
        };
        source.with("dense.weight", weights).with("dense.bias", bias);
        try (Engine engine = Engine.builder()
                        .kernels(kernels)
                        .threads(2)
                        .weightPrecision(asked)
                        .build();
                Workspace workspace = engine.machine().workspace()) {
            StateDict dense = StateDict.of(source, "").at("dense");
            Linear linear = Linear.load(engine, transposed ? dense.transposed() : dense, OUT, IN);
            Tensor out = Tensor.zeros(ROWS, OUT);
            linear.forward(workspace, x, Epilogue.NONE, out);
            return out.data();
        }
    }

    private static Tensor values(int seed, int... shape) {
        Random random = new Random(seed);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}
