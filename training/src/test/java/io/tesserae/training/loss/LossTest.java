package io.tesserae.training.loss;

import static io.tesserae.training.loss.Differentiated.assertGradients;
import static io.tesserae.training.loss.Differentiated.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.kernel.Kernels;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Losses against finite differences, in corners, and with what nobody should give them. */
class LossTest {

    private static final int[] STARTS = {0, 3, 4, 9};

    @Test
    void gradientsAreDifferences() {
        CrossEntropy smoothed = new CrossEntropy(0.1f, Optional.of(new float[] {1f, 0.5f, 2f}));
        assertGradients(5e-4, (tape, x) -> smoothed.of(tape, x[0], new int[] {0, -100, 2}), random(1, 3, 3));
        assertGradients(
                5e-4, (tape, x) -> BinaryCrossEntropy.of(tape, x[0], new float[] {0, 1, 0.5f, 1}), random(2, 2, 2));
        assertGradients(5e-4, (tape, x) -> MeanSquaredError.of(tape, x[0], new float[] {1, 2}), random(3, 2, 1));
        assertGradients(
                5e-4,
                (tape, x) -> AnswerPositions.of(tape, x[0], STARTS, new int[] {0, 0, 3}, new int[] {2, 0, 7}),
                random(4, 9, 2));
        assertGradients(
                2e-3,
                (tape, x) -> new InBatchNegatives(5f, true).of(tape, x[0], x[1]),
                random(5, 3, 4),
                random(6, 5, 4));
        assertGradients(
                5e-4,
                (tape, x) -> CosineSimilarityLoss.of(tape, x[0], x[1], new float[] {0.5f, -1f}),
                random(7, 2, 3),
                random(8, 2, 3));
    }

    /** {@code ForQuestionAnsweringLoss(start, end, starts, ends)} of transformers 5.18, whose padding scores -inf. */
    @Test
    void answersAreTransformers() {
        float[] logits = {0.5f, -1f, 1.5f, 2f, -0.25f, 0.75f, 3f, 3f, 1f, 0f, -2f, 1f, 0.5f, 0.25f, 2f, -1f, 0f, 4f};
        Differentiated found = Differentiated.of(
                (tape, x) -> AnswerPositions.of(tape, x[0], STARTS, new int[] {1, 0, 3}, new int[] {2, 5, 4}),
                Tensor.of(logits, 9, 2));
        assertEquals(0.573331356048584, found.value(), 1e-6);
    }

    @Test
    void answersOutsideDoNotCount() {
        Tensor logits = random(9, 9, 2);
        Differentiated all = Differentiated.of(
                (tape, x) -> AnswerPositions.of(tape, x[0], STARTS, new int[] {1, 1, 99}, new int[] {2, 1, 5}), logits);
        Differentiated one = Differentiated.of(
                (tape, x) -> AnswerPositions.of(tape, x[0], new int[] {0, 3}, new int[] {1}, new int[] {2}),
                Tensor.of(logits.data(), 3, 2));
        assertEquals(one.value(), all.value());
        assertArrayEquals(one.gradients()[0], Arrays.copyOf(all.gradients()[0], 6));
        assertArrayEquals(new float[12], Arrays.copyOfRange(all.gradients()[0], 6, 18));
    }

    @Test
    void whatDoesNotCountHasNoLossAtAll() {
        Differentiated ignored =
                Differentiated.of((tape, x) -> CrossEntropy.PLAIN.of(tape, x[0], new int[] {-100}), random(10, 1, 3));
        assertTrue(Float.isNaN(ignored.value()));
        Differentiated outside = Differentiated.of(
                (tape, x) -> AnswerPositions.of(tape, x[0], new int[] {0, 2}, new int[] {2}, new int[] {0}),
                random(11, 2, 2));
        assertTrue(Float.isNaN(outside.value()));
        Tensor none = Tensor.zeros(0, 2);
        assertTrue(Float.isNaN(Differentiated.of((tape, x) -> BinaryCrossEntropy.of(tape, x[0], new float[0]), none)
                .value()));
        assertTrue(Float.isNaN(Differentiated.of((tape, x) -> MeanSquaredError.of(tape, x[0], new float[0]), none)
                .value()));
    }

    @Test
    void notANumberStaysVisible() {
        Tensor logits = Tensor.of(new float[] {1f, Float.NaN, 0f, 1f}, 2, 2);
        List<Differentiated.Loss> losses = List.of(
                (tape, x) -> CrossEntropy.PLAIN.of(tape, x[0], new int[] {0, 1}),
                (tape, x) -> BinaryCrossEntropy.of(tape, x[0], new float[4]),
                (tape, x) -> MeanSquaredError.of(tape, x[0], new float[4]),
                (tape, x) -> AnswerPositions.of(tape, x[0], new int[] {0, 2}, new int[] {0}, new int[] {0}),
                (tape, x) -> CosineSimilarityLoss.of(tape, x[0], x[0], new float[2]),
                (tape, x) -> InBatchNegatives.DEFAULT.of(tape, x[0], x[0]));
        losses.forEach(loss ->
                assertTrue(Float.isNaN(Differentiated.of(loss, logits).value()), () -> "loss " + losses.indexOf(loss)));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Tensor two = random(12, 2, 2);
        refused("outside the 2 labels", (tape, x) -> CrossEntropy.PLAIN.of(tape, x[0], new int[] {0, 2}), two);
        refused("outside the 2 labels", (tape, x) -> CrossEntropy.PLAIN.of(tape, x[0], new int[] {-1, 0}), two);
        refused("3 targets", (tape, x) -> BinaryCrossEntropy.of(tape, x[0], new float[3]), two);
        refused("target 1", (tape, x) -> BinaryCrossEntropy.of(tape, x[0], new float[] {0, 1.5f, 0, 0}), two);
        refused("target 0", (tape, x) -> BinaryCrossEntropy.of(tape, x[0], new float[] {Float.NaN, 0, 0, 0}), two);
        refused("target 3", (tape, x) -> MeanSquaredError.of(tape, x[0], new float[] {0, 0, 0, Float.NaN}), two);
        int[] starts = {0, 2};
        int[] zero = {0};
        refused("[tokens, 2]", (tape, x) -> AnswerPositions.of(tape, x[0], starts, zero, zero), random(13, 2, 3));
        refused("start position", (tape, x) -> AnswerPositions.of(tape, x[0], starts, new int[] {-1}, zero), two);
        refused("2 end positions", (tape, x) -> AnswerPositions.of(tape, x[0], starts, zero, new int[2]), two);
        refused("starts", (tape, x) -> AnswerPositions.of(tape, x[0], new int[] {0, 3}, zero, zero), two);
        refused("n or more", (tape, x) -> InBatchNegatives.DEFAULT.of(tape, x[0], x[1]), two, random(14, 1, 2));
        refused("n at least 1", (tape, x) -> InBatchNegatives.DEFAULT.of(tape, x[0], x[0]), Tensor.zeros(0, 2));
        refused(
                "one shape",
                (tape, x) -> CosineSimilarityLoss.of(tape, x[0], x[1], new float[2]),
                two,
                random(15, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> new InBatchNegatives(0f, false));
        assertThrows(IllegalArgumentException.class, () -> new InBatchNegatives(Float.NaN, false));
    }

    private static void refused(String part, Differentiated.Loss loss, Tensor... inputs) {
        String message = assertThrows(IllegalArgumentException.class, () -> Differentiated.of(loss, inputs))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    /** Whatever the sizes: kernels and threads move no bit, and the gradients of scores add up to nothing. */
    @Property(tries = 40)
    void bitsDependOnNumbersAlone(
            @ForAll @IntRange(min = 1, max = 40) int rows,
            @ForAll @IntRange(min = 1, max = 70) int columns,
            @ForAll long seed) {
        int[] labels = new int[rows];
        Arrays.setAll(labels, row -> (int) Math.floorMod(seed + row, (long) columns));
        Differentiated.Loss loss = (tape, x) -> CrossEntropy.PLAIN.of(tape, x[0], labels);
        Tensor logits = random(seed, rows, columns);
        same(loss, logits);
        float sum = 0;
        for (float gradient : Differentiated.of(loss, logits).gradients()[0]) {
            sum += gradient;
        }
        assertEquals(0, sum, 1e-5);
        same((tape, x) -> InBatchNegatives.DEFAULT.of(tape, x[0], x[1]), logits, random(seed + 1, rows + 3, columns));
        same(
                (tape, x) -> CosineSimilarityLoss.of(tape, x[0], x[1], new float[rows]),
                logits,
                random(seed + 2, rows, columns));
        int[] starts = {0, rows / 2, rows};
        same(
                (tape, x) -> AnswerPositions.of(tape, x[0], starts, new int[2], new int[] {rows, 0}),
                random(seed + 3, rows, 2));
    }

    private static void same(Differentiated.Loss loss, Tensor... inputs) {
        Differentiated scalar = Differentiated.of(loss, inputs);
        Differentiated fast = Differentiated.of(Kernels.best(), 3, loss, inputs);
        assertEquals(scalar.value(), fast.value());
        for (int i = 0; i < inputs.length; i++) {
            assertArrayEquals(scalar.gradients()[i], fast.gradients()[i]);
        }
    }

    @Test
    void weightedSumsPassTheirWeightsOn() {
        Tensor x = Tensor.of(new float[] {3f}, 1, 1);
        Differentiated found = Differentiated.of(
                (tape, inputs) -> WeightedSum.of(
                        tape,
                        List.of(
                                new WeightedSum.Term(2f, MeanSquaredError.of(tape, inputs[0], new float[] {1f})),
                                new WeightedSum.Term(-0.5f, MeanSquaredError.of(tape, inputs[0], new float[] {5f})))),
                x);
        assertEquals(2 * 4 - 0.5f * 4, found.value());
        assertEquals(2 * 4 - 0.5f * -4, found.gradients()[0][0]);
        refused("one at least", (tape, inputs) -> WeightedSum.of(tape, List.of()));
        refused(
                "one value",
                (tape, inputs) -> WeightedSum.of(tape, List.of(new WeightedSum.Term(1f, inputs[0]))),
                random(16, 2, 2));
    }
}
