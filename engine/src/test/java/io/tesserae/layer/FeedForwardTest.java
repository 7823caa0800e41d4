package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedForwardTest {

    private static final int HIDDEN = 8;

    /** So wide that some 24 tokens are a block. */
    private static final int INTERMEDIATE = 40_000;

    private static final TensorsInMemory WEIGHTS = new TensorsInMemory()
            .with("expand.weight", random(1, INTERMEDIATE, HIDDEN))
            .with("expand.bias", random(2, INTERMEDIATE))
            .with("contract.weight", random(3, HIDDEN, INTERMEDIATE))
            .with("contract.bias", random(4, HIDDEN));

    /** Whatever the blocks are: those of many tokens are computed some at a time, by themselves all at once. */
    @ParameterizedTest
    @ValueSource(ints = {1, 23, 24, 25, 26, 27, 60, 97})
    void everyTokenIsComputedAsByItself(int tokens) {
        Tensor x = random(5, tokens, HIDDEN);
        Tensor residual = random(6, tokens, HIDDEN);
        float[] together = forward(Kernels.best(), x, residual);
        for (int token : new int[] {0, tokens / 2, tokens - 1}) {
            float[] alone = forward(Kernels.best(), row(x, token), row(residual, token));
            assertArrayEquals(alone, Arrays.copyOfRange(together, token * HIDDEN, (token + 1) * HIDDEN));
        }
        if (tokens == 27) {
            assertArrayEquals(forward(Kernels.scalar(), x, residual), together);
        }
    }

    @Test
    void otherShapesAreRefused() {
        try (Engine engine = Engine.builder().threads(1).build();
                Workspace workspace = engine.machine().workspace()) {
            FeedForward feedForward = load(engine);
            Tensor x = Tensor.zeros(3, HIDDEN);
            for (Tensor out : new Tensor[] {Tensor.zeros(3, HIDDEN + 1), Tensor.zeros(2, HIDDEN)}) {
                assertThrows(
                        IllegalArgumentException.class, () -> feedForward.forward(workspace, x, Epilogue.NONE, out));
            }
        }
    }

    private static float[] forward(Kernels kernels, Tensor x, Tensor residual) {
        try (Engine engine = Engine.builder().kernels(kernels).threads(2).build();
                Workspace workspace = engine.machine().workspace()) {
            Tensor out = Tensor.zeros(x.dimension(0), HIDDEN);
            load(engine).forward(workspace, x, new Epilogue.AddResidual(residual.data()), out);
            return out.data();
        }
    }

    private static FeedForward load(Engine engine) {
        StateDict weights = StateDict.of(WEIGHTS, "");
        return FeedForward.load(
                engine, weights.at("expand"), weights.at("contract"), HIDDEN, INTERMEDIATE, Activation.GELU);
    }

    private static Tensor row(Tensor matrix, int row) {
        return Tensor.of(Arrays.copyOfRange(matrix.data(), row * HIDDEN, (row + 1) * HIDDEN), 1, HIDDEN);
    }

    private static Tensor random(long seed, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        Random random = new Random(seed);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}
