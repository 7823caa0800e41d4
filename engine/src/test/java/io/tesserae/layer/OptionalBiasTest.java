package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import io.tesserae.tensor.WeightException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptionalBiasTest {

    private static final Engine ENGINE = Engine.builder().threads(1).build();
    private static final Tensor ONE_HUNDRED = Tensor.of(new float[] {100, 100}, 2);

    @Test
    void aLayerWithoutABiasAddsNone() {
        StateDict weights = weights(false);
        assertArrayEquals(new float[] {11, 39}, forward(Linear.load(ENGINE, weights, 2, 2, false), 3, 4));
        assertArrayEquals(new float[] {111, 139}, forward(Linear.load(ENGINE, weights(true), 2, 2, true), 3, 4));
        assertArrayEquals(
                new float[] {11, 39, 11, 39}, forward(FusedLinear.load(ENGINE, 2, 2, false, weights, weights), 3, 4));
    }

    @Test
    void aConvolutionWithoutABiasAddsNone() {
        Tensor kernel = Tensor.of(new float[] {1, 2, 5, 6}, 2, 1, 1, 2);
        TensorsInMemory without = new TensorsInMemory().with("weight", kernel);
        assertArrayEquals(
                new float[] {11, 39},
                forward(PatchEmbedding.convolution(ENGINE, StateDict.of(without, ""), 2, 1, 1, 2, false), 3, 4));
        TensorsInMemory with = new TensorsInMemory().with("weight", kernel).with("bias", ONE_HUNDRED);
        assertArrayEquals(
                new float[] {111, 139},
                forward(PatchEmbedding.convolution(ENGINE, StateDict.of(with, ""), 2, 1, 1, 2, true), 3, 4));
        PatchEmbedding patches = PatchEmbedding.load(ENGINE, StateDict.of(without, ""), 2, 1, 1, 2, false);
        Tensor out = Tensor.zeros(1, 2);
        try (Workspace workspace = ENGINE.machine().workspace()) {
            patches.forward(workspace, List.of(Tensor.of(new float[] {3, 4}, 1, 1, 2)), new int[] {0}, out);
        }
        assertArrayEquals(new float[] {11, 39}, out.data());
    }

    @Test
    void aBiasThatNobodyExpectsIsNamedAndOneThatIsNotThereIsMissed() {
        StateDict biased = weights(true);
        Linear.load(ENGINE, biased, 2, 2, false);
        String message = assertThrows(WeightException.class, () -> biased.requireAllUsed(_ -> false))
                .getMessage();
        assertTrue(message.contains("bias"), message);
        StateDict bare = weights(false);
        assertThrows(WeightException.class, () -> Linear.load(ENGINE, bare, 2, 2, true));
    }

    /** Shazeer, arXiv 2002.05202, equations 5 and 6, by hand. */
    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"GELU", "RELU", "SILU", "SIGMOID", "LINEAR"})
    void aGateHasAnyActivation(Activation activation) {
        TensorsInMemory tensors = new TensorsInMemory()
                .with(
                        "both.weight",
                        Tensor.of(new float[] {-1, 0.5f, 1, 1}, 4, 1)) // two gates, then what they let pass
                .with("down.weight", Tensor.of(new float[] {1, 10}, 1, 2));
        StateDict weights = StateDict.of(tensors, "");
        GatedFeedForward gated = GatedFeedForward.of(
                Linear.load(ENGINE, weights.at("both"), 4, 1, false),
                Linear.load(ENGINE, weights.at("down"), 1, 2, false),
                activation);
        Tensor out = Tensor.zeros(1, 1);
        try (Workspace workspace = ENGINE.machine().workspace()) {
            gated.forward(workspace, Tensor.of(new float[] {2}, 1, 1), Epilogue.NONE, out);
        }
        double expected = activation(activation, -2) * 2 + activation(activation, 1) * 2 * 10;
        assertEquals(expected, out.data()[0], 1e-5);
    }

    private static double activation(Activation activation, double x) {
        return switch (activation) {
            case GELU -> x < 0 ? -0.045500263896358 : 0.841344746068543; // x · Φ(x), at -2 and 1
            case RELU -> Math.max(0, x);
            case SILU -> x / (1 + Math.exp(-x));
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            default -> x;
        };
    }

    private static float[] forward(Linear linear, float... x) {
        Tensor out = Tensor.zeros(1, linear.outFeatures());
        try (Workspace workspace = ENGINE.machine().workspace()) {
            linear.forward(workspace, Tensor.of(x, 1, x.length), Epilogue.NONE, out);
        }
        return out.data();
    }

    private static StateDict weights(boolean biased) {
        TensorsInMemory tensors = new TensorsInMemory().with("weight", Tensor.of(new float[] {1, 2, 5, 6}, 2, 2));
        return StateDict.of(biased ? tensors.with("bias", ONE_HUNDRED) : tensors, "");
    }
}
