package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import io.tesserae.tensor.WeightException;
import org.junit.jupiter.api.Test;

/** Against PyTorch 2: {@code torch.nn.RMSNorm}, {@code torch.nn.LayerNorm}, and transformers' {@code GemmaRMSNorm}. */
class NormalizationTest {

    private static final Tensor X = Tensor.of(
            new float[] {0.5f, -1.25f, 2.0f, 3.5f, -0.75f, 1.0f, 1e-3f, 2e-3f, -3e-3f, 4e-3f, 0f, -1e-3f}, 2, 6);
    private static final Tensor WEIGHT = Tensor.of(new float[] {1.0f, 0.5f, -2.0f, 0.25f, 1.5f, 0.75f}, 6);
    private static final Tensor BIAS = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 6);

    @Test
    void rmsNormIsTorchs() {
        assertNormalizes(
                RmsNorm.load(weights(new TensorsInMemory().with("n.weight", WEIGHT)), 6, 1e-5f),
                0.276465f,
                -0.34558123f,
                -2.21172f,
                0.48381376f,
                -0.62204623f,
                0.4146975f,
                0.25677633f,
                0.25677633f,
                1.5406579f,
                0.25677633f,
                0f,
                -0.19258225f);
    }

    @Test
    void aWeightThatIsStoredLessOneIsGemmas() {
        assertNormalizes(
                RmsNorm.loadLessOne(weights(new TensorsInMemory().with("n.weight", WEIGHT)), 6, 1e-5f),
                0.55293f,
                -1.0367436f,
                -1.10586f,
                2.4190688f,
                -1.0367438f,
                0.9676275f,
                0.51355267f,
                0.770329f,
                0.77032894f,
                1.2838817f,
                0f,
                -0.44935858f);
    }

    @Test
    void layerNormWithoutABiasIsTorchs() {
        assertNormalizes(
                LayerNorm.load(weights(new TensorsInMemory().with("n.weight", WEIGHT)), 6, 1e-5f, false),
                -0.20766926f,
                -0.64896643f,
                -1.4536846f,
                0.41533846f,
                -1.4796433f,
                0.07787594f,
                0.12945955f,
                0.19418932f,
                1.8124337f,
                0.22655421f,
                -0.19418937f,
                -0.29128402f);
    }

    /** A bias that is there is not passed over in silence, and one that is not there is missed. */
    @Test
    void biasesAreThereWhereTheyAreExpected() {
        StateDict without = weights(new TensorsInMemory().with("n.weight", WEIGHT));
        assertThrows(WeightException.class, () -> LayerNorm.load(without, 6, 1e-5f));
        StateDict with =
                StateDict.of(new TensorsInMemory().with("n.weight", WEIGHT).with("n.bias", BIAS), "");
        LayerNorm.load(with.at("n"), 6, 1e-5f, false);
        String message = assertThrows(WeightException.class, () -> with.requireAllUsed(_ -> false))
                .getMessage();
        assertTrue(message.contains("n.bias"), message);
    }

    @Test
    void otherShapesAreRefused() {
        RmsNorm norm = RmsNorm.load(weights(new TensorsInMemory().with("n.weight", WEIGHT)), 6, 1e-5f);
        try (Engine engine = Engine.builder().threads(1).build();
                Workspace workspace = engine.machine().workspace()) {
            Tensor wider = Tensor.zeros(2, 7);
            assertThrows(IllegalArgumentException.class, () -> norm.forward(workspace, wider));
            Tensor shorter = Tensor.zeros(1, 6);
            assertThrows(IllegalArgumentException.class, () -> norm.forward(workspace, X, shorter));
        }
    }

    private static StateDict weights(TensorsInMemory tensors) {
        return StateDict.of(tensors, "").at("n");
    }

    private static void assertNormalizes(Normalization norm, float... expected) {
        try (Engine engine = Engine.builder().threads(1).build();
                Workspace workspace = engine.machine().workspace()) {
            Tensor out = Tensor.zeros(2, 6);
            norm.forward(workspace, X, out);
            assertArrayEquals(expected, out.data(), 1e-6f);
            Tensor inPlace = X.copy();
            norm.forward(workspace, inPlace);
            assertArrayEquals(out.data(), inPlace.data());
        }
    }
}
