package io.tesserae.training.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.EpisodeOutput;
import io.tesserae.model.episode.Generalist;
import io.tesserae.model.episode.Observations;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.family.GeneralistCase.Built;
import io.tesserae.training.loss.WeightedSum;
import io.tesserae.training.network.Network.OfEpisodes.Asked;
import io.tesserae.training.network.Network.OfEpisodes.Scores;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Tape.Keeping;
import io.tesserae.training.tape.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What JAT's network computes: the bits of inference, and gradients that finite differences agree with. */
class JatNetworkTest {

    private final GeneralistCase the = new GeneralistCase();

    /** A batch of everything has, row by row, the bits of inference on each episode alone. */
    @Test
    void aMixedBatchHasTheBitsOfInference() {
        Built built = GeneralistCase.build(GeneralistCase.FOLDER);
        Asked asked = the.asked(built.network());
        int[] starts = built.network().starts(the.episodes(), the.texts());
        try (Generalist inference = GeneralistCase.inference(GeneralistCase.FOLDER);
                Tape tape = Tape.evaluating(setting(Engine.shared(), Keeping.ALL))) {
            Scores scores = built.network().scores(tape, the.episodes(), the.texts(), asked);
            Tensor numbers = scores.numbers().orElseThrow().value();
            Tensor words = scores.words().orElseThrow().value();
            for (int e = 0; e < the.episodes().size(); e++) {
                Episode episode = the.episodes().get(e);
                EpisodeOutput expected = inference.forward(List.of(episode), new float[0][], OutputOptions.RESULT_ONLY);
                boolean chooses = episode.actions() instanceof Actions.Discrete;
                for (int step = 0; step < episode.steps(); step++) {
                    int token = starts[e] + 2 * step;
                    assertRow(
                            expected.predActions(),
                            step,
                            chooses ? words : numbers,
                            place(chooses ? asked.words() : asked.numbers(), token));
                    if (expected.predObservations().isPresent()) {
                        assertRow(expected.predObservations().get(), step, numbers, place(asked.numbers(), token + 1));
                    }
                }
            }
            int token = starts[the.episodes().size()];
            for (PhotoTexts texts : the.texts()) {
                Tensor expected =
                        inference.forward(texts, OutputOptions.RESULT_ONLY).logits();
                for (int row = 0; row < expected.dimension(0); row++, token++) {
                    assertRow(expected, row, words, place(asked.words(), token));
                }
            }
            assertEquals(starts[starts.length - 1], token);
        }
    }

    private static int place(int[] rows, int row) {
        return Arrays.binarySearch(rows, row);
    }

    private static void assertRow(Tensor expected, int row, Tensor found, int foundRow) {
        int width = expected.dimension(1);
        int from = foundRow * found.dimension(1);
        assertArrayEquals(
                Arrays.copyOfRange(expected.data(), row * width, (row + 1) * width),
                Arrays.copyOfRange(found.data(), from, from + width));
    }

    @Test
    void gradientsAgreeWithFiniteDifferences() {
        Built built = GeneralistCase.build(GeneralistCase.FOLDER);
        Tape.Setting setting = setting(Engine.shared(), Keeping.ALL);
        backward(built, setting);
        assertEquals(List.of(), built.parameters().newlyInitialized());
        for (Parameter parameter : built.parameters().all()) {
            assertFalse(parameter.gradient().isEmpty(), parameter::name);
            double norm = norm(parameter);
            assertTrue(norm > 1e-4 && Double.isFinite(norm), () -> parameter.name() + ": " + norm);
            double[] slopes = IntStream.range(0, 3)
                    .mapToDouble(i -> slope(built, setting, parameter, Math.pow(10, -1.5 - i) / norm))
                    .toArray();
            assertTrue(
                    Arrays.stream(slopes).anyMatch(slope -> Math.abs(slope - norm) <= 0.01 * norm),
                    () -> parameter.name() + ": " + norm + ", slopes " + Arrays.toString(slopes));
        }
    }

    /** The loss's slope along a parameter's gradient, which is the gradient's norm. */
    private double slope(Built built, Tape.Setting setting, Parameter parameter, double step) {
        float[] values = parameter.value().toArray();
        float[] gradient = parameter.gradient().tensor().data();
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < values.length; i++) {
                parameter.data()[i] = (float) (values[i] + (side == 0 ? step : -step) * gradient[i]);
            }
            try (Tape tape = Tape.evaluating(setting)) {
                Scores scores = scores(built, tape);
                losses[side] = GivenLoss.sines(scores.numbers().orElseThrow().value())
                        + GivenLoss.sines(scores.words().orElseThrow().value());
            }
        }
        System.arraycopy(values, 0, parameter.data(), 0, values.length);
        return (losses[0] - losses[1]) / (2 * step * norm(parameter));
    }

    private static double norm(Parameter parameter) {
        double sum = 0;
        for (float value : parameter.gradient().tensor().toArray()) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private Scores scores(Built built, Tape tape) {
        return built.network().scores(tape, the.episodes(), the.texts(), the.asked(built.network()));
    }

    private void backward(Built built, Tape.Setting setting) {
        built.parameters().all().forEach(Parameter::clearGradient);
        try (Tape tape = Tape.recording(setting, null)) {
            Scores scores = scores(built, tape);
            Variable numbers = GivenLoss.sines(tape, scores.numbers().orElseThrow());
            Variable words = GivenLoss.sines(tape, scores.words().orElseThrow());
            tape.backward(
                    WeightedSum.of(tape, List.of(new WeightedSum.Term(1f, numbers), new WeightedSum.Term(1f, words))),
                    1f);
        }
    }

    @Test
    void gradientsHaveTheSameBitsHoweverTheyAreComputed() {
        Built built = GeneralistCase.build(GeneralistCase.FOLDER);
        List<float[]> expected = null;
        for (int threads : new int[] {1, 4}) {
            try (Engine engine = Engine.builder().threads(threads).build()) {
                for (Keeping keeping : Keeping.values()) {
                    backward(built, setting(engine, keeping));
                    List<float[]> found = built.parameters().all().stream()
                            .map(parameter -> parameter.gradient().tensor().toArray())
                            .toList();
                    expected = expected == null ? found : expected;
                    for (int i = 0; i < found.size(); i++) {
                        Parameter parameter = built.parameters().all().get(i);
                        assertArrayEquals(expected.get(i), found.get(i), parameter::name);
                    }
                }
            }
        }
    }

    @Test
    void framesAreRefused() {
        Built built = GeneralistCase.build(GeneralistCase.FOLDER);
        Episode frames = new Episode(
                new Observations.Frames(Tensor.zeros(1, 4, 84, 84)), new Actions.Discrete(new int[1]), new float[1]);
        String message = assertThrows(
                        IllegalArgumentException.class, () -> built.network().require("episode 3: ", frames))
                .getMessage();
        assertTrue(message.startsWith("episode 3: ") && message.contains("frames"), message);
    }

    private static Tape.Setting setting(Engine engine, Keeping keeping) {
        return Tape.Setting.of(engine.machine(), keeping);
    }
}
