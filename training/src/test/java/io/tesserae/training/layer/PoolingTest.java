package io.tesserae.training.layer;

import static io.tesserae.training.loss.Differentiated.assertGradients;
import static io.tesserae.training.loss.Differentiated.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.loss.Differentiated;
import io.tesserae.training.loss.MeanSquaredError;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import org.junit.jupiter.api.Test;

/** Vectors of sequences, rows of length 1, and the head of self-distillation. */
class PoolingTest {

    private static final int[] STARTS = {0, 3, 4};
    private static final Tensor HIDDEN = Tensor.of(new float[] {1, -2, 4, -2, 4, 5, 7, 8}, 4, 2);

    @Test
    void meansAndGreatestValuesAreOfTheSequencesOwnTokens() {
        float[][] pooled = new float[2][];
        Differentiated mean = Differentiated.of(
                (tape, x) -> {
                    var y = MeanPooling.forward(tape, x[0], STARTS);
                    pooled[0] = y.value().toArray();
                    return MeanSquaredError.of(tape, y, new float[4]);
                },
                HIDDEN);
        assertArrayEquals(new float[] {3, (float) (1 / 3.0), 7, 8}, pooled[0]);
        assertEquals((9 + 1 / 9.0 + 49 + 64) / 4, mean.value(), 1e-5);
        Differentiated max = Differentiated.of(
                (tape, x) -> {
                    var y = MaxPooling.forward(tape, x[0], STARTS);
                    pooled[1] = y.value().toArray();
                    return MeanSquaredError.of(tape, y, new float[4]);
                },
                HIDDEN);
        assertArrayEquals(new float[] {4, 5, 7, 8}, pooled[1]);
        // of the two tokens with a 4, the first
        assertArrayEquals(new float[] {0, 0, 2, 0, 0, 2.5f, 3.5f, 4}, max.gradients()[0]);
    }

    @Test
    void gradientsAreDifferences() {
        float[] wanted = {0.5f, -1, 2, 0};
        assertGradients(
                1e-3,
                (tape, x) -> MeanSquaredError.of(tape, MeanPooling.forward(tape, x[0], STARTS), wanted),
                random(1, 4, 2));
        assertGradients(
                1e-3,
                (tape, x) -> MeanSquaredError.of(tape, MaxPooling.forward(tape, x[0], STARTS), wanted),
                random(2, 4, 2));
        assertGradients(
                2e-3,
                (tape, x) -> MeanSquaredError.of(tape, Normalize.forward(tape, x[0]), wanted),
                Tensor.of(new float[] {0.5f, -1f, 2f, 0.3f}, 2, 2));
    }

    @Test
    void zeroStaysZeroAndNotANumberStaysVisible() {
        Differentiated found = Differentiated.of(
                (tape, x) -> MeanSquaredError.of(tape, Normalize.forward(tape, x[0]), new float[2]),
                Tensor.zeros(1, 2));
        assertEquals(0f, found.value());
        Tensor broken = Tensor.of(new float[] {1f, Float.NaN}, 2, 1);
        assertTrue(Float.isNaN(Differentiated.of(
                        (tape, x) -> MeanSquaredError.of(
                                tape, MaxPooling.forward(tape, x[0], new int[] {0, 2}), new float[1]),
                        broken)
                .value()));
    }

    @Test
    void emptySequencesAreRefused() {
        for (int[] starts : new int[][] {{0, 0, 4}, {0, 5}, {1, 4}, {0, 3, 2, 4}, {}}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Differentiated.of((tape, x) -> MeanPooling.forward(tape, x[0], starts), HIDDEN));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Differentiated.of((tape, x) -> MaxPooling.forward(tape, x[0], starts), HIDDEN));
        }
    }

    @Test
    void headsGradientsAreDifferences() {
        Parameters parameters = Parameters.fromScratch(7, 0.5f);
        ProjectionHead head = ProjectionHead.of(parameters, new ProjectionHead.Width(3, 4, 2, 5), false);
        head.last().magnitude().data()[1] = 2f;
        head.third().bias().orElseThrow().data()[0] = 1.5f; // short vectors would turn too fast for a difference
        Tensor vectors = random(3, 2, 3);
        float[] wanted = {0.1f, -0.2f, 0.3f, 0, 0, 1, -1, 0.5f, 0.5f, 0};
        Differentiated.Loss loss = (tape, x) -> MeanSquaredError.of(tape, head.forward(tape, x[0]), wanted);
        assertGradients(3e-3, loss, vectors);
        assertEquals(8, parameters.all().size());
        Differentiated.of(loss, vectors);
        parameters.all().forEach(parameter -> assertOneDifference(parameter, loss, vectors));
    }

    /** Gradients of parameters gather over passes; the first of them is compared. */
    private static void assertOneDifference(Parameter parameter, Differentiated.Loss loss, Tensor vectors) {
        parameter.gradient().toAddTo();
        float[] gradient = parameter.gradient().tensor().data();
        float gathered = gradient[0];
        Differentiated.of(loss, vectors);
        float own = gradient[0] - gathered;
        float before = parameter.data()[0];
        parameter.data()[0] = before + 0.01f;
        double above = Differentiated.of(loss, vectors).value();
        parameter.data()[0] = before - 0.01f;
        double below = Differentiated.of(loss, vectors).value();
        parameter.data()[0] = before;
        assertEquals((above - below) / 0.02, own, 3e-3, parameter.name());
    }

    @Test
    void lastRowsStayOfLengthOneWhereWanted() {
        ProjectionHead head =
                ProjectionHead.of(Parameters.fromScratch(7, 0.5f), new ProjectionHead.Width(3, 4, 2, 5), true);
        assertTrue(
                !head.last().magnitude().isTrained() && head.last().direction().isTrained());
        float[] longest = new float[1];
        Differentiated.of(
                (tape, x) -> {
                    var logits = head.forward(tape, x[0]);
                    for (float logit : logits.value().toArray()) {
                        longest[0] = Math.max(longest[0], Math.abs(logit));
                    }
                    return MeanSquaredError.of(tape, logits, new float[10]);
                },
                random(4, 2, 3));
        assertTrue(longest[0] > 0 && longest[0] <= 1.000001f, "cosines: " + longest[0]); // of rows of length 1
    }
}
