package io.tesserae.training.loss;

import static io.tesserae.training.loss.Differentiated.assertGradients;
import static io.tesserae.training.loss.Differentiated.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.kernel.Kernels;
import io.tesserae.tensor.Tensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Learning from another model's logits, and from one's own. */
class DistillationTest {

    private static final Tensor TEACHER = random(1, 3, 4);

    @ParameterizedTest
    @EnumSource
    void gradientsAreDifferences(Distillation.Target target) {
        Distillation loss = new Distillation(target, 2f, 0.3f);
        assertGradients(1e-3, (tape, x) -> loss.of(tape, x[0], TEACHER), random(2, 3, 4));
        assertGradients(
                1e-3,
                (tape, x) -> loss.combined(tape, CrossEntropy.PLAIN.of(tape, x[0], new int[] {0, 1, 3}), x[0], TEACHER),
                random(3, 3, 4));
    }

    @Test
    void whoSaysTheSameLosesNothing() {
        Distillation soft = new Distillation(Distillation.Target.SOFT, 3f, 1f);
        Differentiated found = Differentiated.of((tape, x) -> soft.of(tape, x[0], TEACHER), TEACHER);
        assertEquals(0f, found.value(), 1e-6);
        assertArrayEquals(new float[12], found.gradients()[0]);
    }

    @Test
    void combinedIsBothByTheirWeights() {
        Distillation loss = new Distillation(Distillation.Target.SOFT, 2f, 0.25f);
        int[] labels = {0, 1, 3};
        Tensor student = random(4, 3, 4);
        float base = Differentiated.of((tape, x) -> CrossEntropy.PLAIN.of(tape, x[0], labels), student)
                .value();
        float teacher = Differentiated.of((tape, x) -> loss.of(tape, x[0], TEACHER), student)
                .value();
        float both = Differentiated.of(
                        (tape, x) -> loss.combined(tape, CrossEntropy.PLAIN.of(tape, x[0], labels), x[0], TEACHER),
                        student)
                .value();
        assertEquals(0.75 * base + 0.25 * teacher, both, 1e-6);
    }

    @Test
    void selfDistillationsGradientsAreDifferences() {
        SelfDistillation loss = new SelfDistillation(0.5f, 0.9f, new float[] {0.1f, -0.2f, 0f});
        Tensor teacher = random(5, 4, 3); // two pictures
        assertGradients(2e-3, (tape, x) -> loss.of(tape, x[0], teacher, 0.3f), random(6, 10, 3));
    }

    @Property(tries = 25)
    void bitsDependOnNumbersAlone(
            @ForAll @IntRange(min = 1, max = 9) int pictures,
            @ForAll @IntRange(min = 2, max = 5) int crops,
            @ForAll @IntRange(min = 1, max = 1200) int outputs,
            @ForAll long seed) {
        Tensor teacher = random(seed, 2 * pictures, outputs);
        SelfDistillation self = SelfDistillation.ofOutputs(outputs);
        same((tape, x) -> self.of(tape, x[0], teacher, 0.04f), random(seed + 1, crops * pictures, outputs));
        Distillation soft = new Distillation(Distillation.Target.SOFT, 2f, 1f);
        same((tape, x) -> soft.of(tape, x[0], teacher), random(seed + 2, 2 * pictures, outputs));
    }

    private static void same(Differentiated.Loss loss, Tensor input) {
        Differentiated scalar = Differentiated.of(loss, input);
        Differentiated fast = Differentiated.of(Kernels.best(), 3, loss, input);
        assertEquals(scalar.value(), fast.value());
        assertArrayEquals(scalar.gradients()[0], fast.gradients()[0]);
    }

    /** {@code numpy.linspace(0.04, 0.07, 4)}, then level. */
    @Test
    void temperaturesRiseAsTheReferences() {
        TeacherTemperature temperature = new TeacherTemperature(0.04f, 0.07f, 4);
        float[] found = new float[6];
        for (int epoch = 0; epoch < found.length; epoch++) {
            found[epoch] = temperature.at(epoch);
        }
        assertArrayEquals(new float[] {0.04f, 0.05f, 0.06f, 0.07f, 0.07f, 0.07f}, found, 1e-8f);
        assertEquals(0.04f, new TeacherTemperature(0.04f, 0.07f, 1).at(0));
        assertEquals(0.07f, new TeacherTemperature(0.04f, 0.07f, 0).at(0));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Distillation loss = new Distillation(Distillation.Target.SOFT, 2f, 0.5f);
        refused("same labels", (tape, x) -> loss.of(tape, x[0], TEACHER), random(7, 3, 5));
        Tensor broken = Tensor.of(new float[] {Float.NaN, 0f}, 1, 2);
        refused("finite", (tape, x) -> loss.of(tape, x[0], broken), random(8, 1, 2));
        SelfDistillation self = SelfDistillation.ofOutputs(4);
        refused("two crops or more", (tape, x) -> self.of(tape, x[0], TEACHER, 0.04f), random(9, 6, 4));
        refused("two crops or more", (tape, x) -> self.of(tape, x[0], Tensor.zeros(0, 4), 0.04f), random(10, 6, 4));
        refused("teacher", (tape, x) -> self.of(tape, x[0], Tensor.zeros(2, 4), 0f), random(11, 2, 4));
        assertThrows(IllegalArgumentException.class, () -> self.moveCentre(Tensor.zeros(0, 4)));
        assertThrows(IllegalArgumentException.class, () -> new Distillation(Distillation.Target.SOFT, 0f, 0.5f));
        assertThrows(IllegalArgumentException.class, () -> new Distillation(Distillation.Target.SOFT, 1f, 1.5f));
        assertThrows(IllegalArgumentException.class, () -> new TeacherTemperature(0f, 1f, 1));
    }

    @Test
    void notANumberStaysVisible() {
        Tensor logits = Tensor.of(new float[] {1f, Float.NaN, 0f, 1f}, 2, 2);
        Distillation loss = new Distillation(Distillation.Target.SOFT, 2f, 0.5f);
        SelfDistillation self = SelfDistillation.ofOutputs(2);
        Tensor teacher = Tensor.zeros(2, 2);
        assertTrue(Float.isNaN(Differentiated.of((tape, x) -> loss.of(tape, x[0], teacher), logits)
                .value()));
        assertTrue(Float.isNaN(Differentiated.of((tape, x) -> self.of(tape, x[0], teacher, 0.04f), logits)
                .value()));
    }

    private static void refused(String part, Differentiated.Loss loss, Tensor input) {
        String message = assertThrows(IllegalArgumentException.class, () -> Differentiated.of(loss, input))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
