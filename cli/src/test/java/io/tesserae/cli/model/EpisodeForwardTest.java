package io.tesserae.cli.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.cli.Run;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code forward} with a model that acts: every case of every fixture of JAT, and what it refuses. */
class EpisodeForwardTest {

    /** Of the tensor's largest magnitude, or of 1. */
    private static final double TOLERANCE = 2e-5;

    private static final double LOSS_TOLERANCE = 1e-4;

    private static final String EVERYTHING = "--hidden-states --attentions";

    @TempDir
    private Path folder;

    /** A tensor of a feed or of an answer. */
    private record Values(long[] shape, float[] floats, long[] longs) {

        static Values of(float[] floats, long... shape) {
            return new Values(shape, floats, new long[0]);
        }

        static Values of(long[] longs, long... shape) {
            return new Values(shape, new float[0], longs);
        }

        int positions() {
            return (int) shape[1];
        }
    }

    // --- The reference's answers

    @ParameterizedTest
    @ValueSource(strings = {"continuous", "grid", "caption", "atari"})
    void everyTensorOfEveryCaseIsTheReferences(String fixture) throws IOException {
        try (SafetensorsFile expected = expected(fixture)) {
            Set<String> cases = new TreeSet<>();
            for (String name : expected.names()) {
                if (name.startsWith("out.") && !name.startsWith("out.processor.")) {
                    cases.add(name.split("\\.")[1]);
                }
            }
            assertFalse(cases.isEmpty());
            for (String one : cases) {
                compare(expected, one, answer(fixture, feed(expected, one), EVERYTHING.split(" ")));
            }
        }
    }

    private static void compare(SafetensorsFile expected, String one, Map<String, Values> actual) {
        String prefix = "out." + one + ".";
        for (TensorEntry entry : expected.entries()) {
            String name = entry.name();
            if (!name.startsWith(prefix) || name.contains(".stages.")) {
                continue;
            }
            Values reference = values(expected, entry);
            String what = one + ": " + name.substring(prefix.length());
            if (name.contains("pred_observations.step")) {
                assertFrames(reference, actual.get("pred_observations"), name, what);
            } else {
                Values found = actual.get(name.substring(prefix.length()));
                assertTrue(found != null, what + " is missing");
                assertArrayEquals(reference.shape(), found.shape(), what);
                assertClose(reference, found, mask(expected, one), what);
            }
        }
        for (String loss : List.of("loss", "observation_loss", "action_loss")) {
            assertEquals(expected.names().contains(prefix + loss), actual.containsKey(loss), one + ": " + loss);
        }
    }

    /** {@code pred_observations.step1.channel3}: a part of the first episode's. */
    private static void assertFrames(Values reference, Values found, String name, String what) {
        assertArrayEquals(new long[] {1, 2, 4, 84, 84}, found.shape());
        int step = name.charAt(name.indexOf(".step") + ".step".length()) - '0';
        int channel = name.contains(".channel") ? name.charAt(name.length() - 1) - '0' : 0;
        int from = (step * 4 + channel) * 84 * 84;
        float[] part = Arrays.copyOfRange(found.floats(), from, from + reference.floats().length);
        assertClose(reference, Values.of(part, reference.shape()), new long[0], what);
    }

    private static void assertClose(Values expected, Values actual, long[] mask, String what) {
        if (expected.shape().length == 0) {
            double value = expected.floats()[0];
            assertEquals(Double.isNaN(value), Float.isNaN(actual.floats()[0]), what);
            assertFalse(Math.abs(value - actual.floats()[0]) > LOSS_TOLERANCE * Math.max(1, Math.abs(value)), what);
            return;
        }
        double magnitude = 1;
        double error = 0;
        int compared = 0;
        for (int i = 0; i < expected.floats().length; i++) {
            if (isSeen(expected.shape(), mask, i)) {
                magnitude = Math.max(magnitude, Math.abs(expected.floats()[i]));
                error = Math.max(error, Math.abs(expected.floats()[i] - actual.floats()[i]));
                compared++;
            } else {
                assertEquals(0, actual.floats()[i], what + ": padding");
            }
        }
        assertTrue(compared > 0, what);
        assertTrue(error <= TOLERANCE * magnitude, what + " is " + error / magnitude + " away");
    }

    /** Whether a number is of a position that is no padding: a step, one of its two tokens, or a token behind a photo. */
    private static boolean isSeen(long[] shape, long[] mask, int index) {
        if (mask.length == 0) {
            return true;
        }
        boolean isMap = shape.length == 4 && shape[2] == shape[3]; // [batch, heads, length, length]
        int batch = (int) shape[0];
        int positions = (int) shape[isMap ? 2 : 1];
        int width = 1;
        for (int d = isMap ? 3 : 2; d < shape.length; d++) {
            width *= (int) shape[d];
        }
        int position = index / width % positions;
        int row = index / width / positions / (isMap ? (int) shape[1] : 1);
        int length = mask.length / batch;
        int of = positions == 2 * length ? position / 2 : position - (positions - length);
        return of < 0 || mask[row * length + of] == 1;
    }

    private static long[] mask(SafetensorsFile expected, String one) {
        String name = "in." + one + ".attention_mask";
        return expected.names().contains(name)
                ? values(expected, expected.entry(name)).longs()
                : new long[0];
    }

    // --- Feeds

    private static SafetensorsFile expected(String fixture) throws IOException {
        return SafetensorsFile.open(
                Packed.file(Run.FIXTURES.resolve("jat").resolve(fixture).resolve("expected.safetensors")));
    }

    private static Map<String, Values> feed(SafetensorsFile expected, String one) {
        Map<String, Values> feed = new LinkedHashMap<>();
        for (TensorEntry entry : expected.entries()) {
            if (entry.name().startsWith("in." + one + ".")) {
                feed.put(entry.name().substring(("in." + one + ".").length()), values(expected, entry));
            }
        }
        if (one.equals("atari")) {
            feed.put("image_observations", frames(expected));
        }
        return feed;
    }

    /** The first two stacks of frames, channels first, from -1 to 1. */
    private static Values frames(SafetensorsFile expected) {
        long[] all = values(expected, expected.entry("in.frames")).longs();
        float[] pixels = new float[2 * 4 * 84 * 84];
        for (int step = 0; step < 2; step++) {
            for (int at = 0; at < 84 * 84; at++) {
                for (int channel = 0; channel < 4; channel++) {
                    float value = all[(step * 84 * 84 + at) * 4 + channel] / 255f;
                    pixels[(step * 4 + channel) * 84 * 84 + at] = (value - 0.5f) / 0.5f;
                }
            }
        }
        return Values.of(pixels, 1, 2, 4, 84, 84);
    }

    private static Values values(SafetensorsFile file, TensorEntry entry) {
        int size = (int) entry.elementCount();
        if (entry.dtype().isFloatingPoint()) {
            float[] values = new float[size];
            file.read(entry.name(), 0, values, 0, size);
            return Values.of(values, entry.shape());
        }
        long[] values = new long[size];
        file.readLongs(entry.name(), 0, values, 0, size);
        return Values.of(values, entry.shape());
    }

    private Run run(String fixture, Map<String, Values> feed, String... options) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        feed.forEach((name, values) -> {
            if (values.longs().length > 0) {
                writer.addLongs(name, values.longs(), values.shape());
            } else {
                writer.addFloats(name, values.floats(), values.shape());
            }
        });
        Path in = folder.resolve("in.safetensors");
        writer.write(in);
        String[] arguments = {
            "forward",
            "--model",
            Run.fixture("jat/" + fixture),
            "--feed",
            in.toString(),
            "--out",
            folder.resolve("out.safetensors").toString()
        };
        String[] all = Arrays.copyOf(arguments, arguments.length + options.length);
        System.arraycopy(options, 0, all, arguments.length, options.length);
        return Run.of(all);
    }

    private Map<String, Values> answer(String fixture, Map<String, Values> feed, String... options) throws IOException {
        assertEquals(new Run(0, "", ""), run(fixture, feed, options));
        Map<String, Values> answer = new LinkedHashMap<>();
        try (SafetensorsFile out = SafetensorsFile.open(folder.resolve("out.safetensors"))) {
            out.entries().forEach(entry -> answer.put(entry.name(), values(out, entry)));
        }
        return answer;
    }

    private Map<String, Values> feed(String fixture, String one) throws IOException {
        try (SafetensorsFile expected = expected(fixture)) {
            return feed(expected, one);
        }
    }

    // --- The same bits

    /** The second of two episodes, which is shorter, by itself. */
    @Test
    void anEpisodeAloneHasTheBitsThatItHasBesideOthers() throws IOException {
        Map<String, Values> both = feed("continuous", "batch");
        Map<String, Values> together = answer("continuous", both, EVERYTHING.split(" "));
        long[] mask = both.get("attention_mask").longs();
        int steps = (int) Arrays.stream(mask, mask.length / 2, mask.length).sum();
        assertTrue(steps < mask.length / 2);
        Map<String, Values> second = new LinkedHashMap<>();
        both.forEach((name, values) -> second.put(name, cut(values, 1, steps)));
        Map<String, Values> alone = answer("continuous", second, EVERYTHING.split(" "));
        for (String name : List.of("pred_actions", "pred_observations", "inputs_embeds", "hidden_states.3")) {
            int positions = alone.get(name).positions();
            assertArrayEquals(
                    cut(together.get(name), 1, positions).floats(),
                    alone.get(name).floats(),
                    name);
        }
    }

    /** The first positions of a row. */
    private static Values cut(Values values, int row, int positions) {
        long[] shape = values.shape().clone();
        int width = 1;
        for (int d = 2; d < shape.length; d++) {
            width *= (int) shape[d];
        }
        int from = row * (int) shape[1] * width;
        shape[0] = 1;
        shape[1] = positions;
        return values.longs().length > 0
                ? Values.of(Arrays.copyOfRange(values.longs(), from, from + positions * width), shape)
                : Values.of(Arrays.copyOfRange(values.floats(), from, from + positions * width), shape);
    }

    @ParameterizedTest
    @CsvSource({"continuous, batch", "grid, batch", "caption, image_text", "atari, atari"})
    void threadsDoNotMoveABit(String fixture, String one) throws IOException {
        answer(fixture, feed(fixture, one), "--threads", "1");
        byte[] alone = Files.readAllBytes(folder.resolve("out.safetensors"));
        answer(fixture, feed(fixture, one), "--threads", "3");
        assertArrayEquals(alone, Files.readAllBytes(folder.resolve("out.safetensors")));
    }

    // --- Losses that cannot be computed

    @Test
    void discreteActionsWithoutAMaskHaveNoLoss() throws IOException {
        Map<String, Values> feed = feed("continuous", "discrete_action");
        Map<String, Values> masked = answer("continuous", feed);
        feed.remove("attention_mask");
        Map<String, Values> bare = answer("continuous", feed);
        assertEquals(Set.of("pred_actions", "pred_observations", "inputs_embeds", "observation_loss"), bare.keySet());
        assertEquals(
                masked.get("observation_loss").floats()[0],
                bare.get("observation_loss").floats()[0]);
    }

    @Test
    void oneTokenHasALossThatIsNoNumber() throws IOException {
        Values loss = answer("caption", Map.of("input_ids", Values.of(new long[] {5}, 1, 1)))
                .get("loss");
        assertEquals(0, loss.shape().length);
        assertTrue(Float.isNaN(loss.floats()[0]));
    }

    /** A mask may leave a photo without words. */
    @Test
    void aPhotoWhoseWordsAreAllPaddingIsAPhotoAlone() throws IOException {
        Map<String, Values> feed = feed("caption", "image_only");
        float[] alone = answer("caption", feed).get("logits").floats();
        feed.put("input_ids", Values.of(new long[] {1, 2}, 1, 2));
        feed.put("attention_mask", Values.of(new long[] {0, 0}, 1, 2));
        Values padded = answer("caption", feed).get("logits");
        assertArrayEquals(new long[] {1, 11, 300}, padded.shape());
        assertArrayEquals(alone, Arrays.copyOf(padded.floats(), alone.length));
    }

    // --- What is refused

    private void assertRefused(String fixture, Map<String, Values> feed, String... said) throws IOException {
        Run run = run(fixture, feed);
        assertEquals(1, run.exitCode(), run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        for (String part : said) {
            assertTrue(run.err().contains(part), run.err());
        }
    }

    private Map<String, Values> without(String fixture, String one, String... names) throws IOException {
        Map<String, Values> feed = feed(fixture, one);
        Arrays.stream(names).forEach(feed::remove);
        return feed;
    }

    private Map<String, Values> with(String fixture, String one, String name, Values values) throws IOException {
        Map<String, Values> feed = feed(fixture, one);
        feed.put(name, values);
        return feed;
    }

    /** What the reference, too, answers with an error. */
    @Test
    void whatTheReferenceRefusesIsRefusedInWords() throws IOException {
        assertRefused(
                "atari",
                with("atari", "humanoid", "continuous_observations", Values.of(new float[2 * 377], 1, 2, 377)),
                "expected observations of 1 to 376 numbers",
                "found 377");
        assertRefused("atari", without("atari", "continuous", "rewards"), "has no tensor rewards");
        assertRefused(
                "atari",
                without("atari", "continuous", "continuous_actions"),
                "actions: expected one of continuous_actions, discrete_actions, found none");
        assertRefused(
                "atari",
                with("atari", "babyai", "discrete_observations", Values.of(new long[3 * 100], 1, 3, 100)),
                "expected observations of exactly 212 whole numbers",
                "found 100");
        assertRefused(
                "atari",
                with("atari", "image_text", "pixel_values", Values.of(new float[3 * 32 * 32], 1, 3, 32, 32)),
                "[3, 24, 24]",
                "[3, 32, 32]");
        assertRefused(
                "atari",
                with("atari", "atari", "image_observations", Values.of(new float[8 * 80 * 80], 1, 2, 4, 80, 80)),
                "[4, 84, 84]",
                "[4, 80, 80]");
        assertRefused(
                "caption",
                Map.of("input_ids", Values.of(new long[65], 1, 65)),
                "expected at most 64 tokens",
                "found 65");
        assertRefused("atari", Map.of(), "has no tensors; expected input_ids or pixel_values, or an episode");
    }

    @Test
    void framesAreRefusedByACheckpointWithoutTheirEncoder() throws IOException {
        Map<String, Values> feed = without("continuous", "no_mask", "continuous_observations");
        feed.put("image_observations", Values.of(new float[6 * 4 * 84 * 84], 1, 6, 4, 84, 84));
        assertRefused("continuous", feed, "has no image_encoder, and takes no frames");
    }

    @Test
    void masksArePaddingOnTheRight() throws IOException {
        assertRefused(
                "continuous",
                with("continuous", "discrete_action", "attention_mask", Values.of(new long[] {1, 0, 1, 1}, 1, 4)),
                "padding is on the right, found 1 at 2 behind a 0");
        assertRefused(
                "continuous",
                with("continuous", "discrete_action", "attention_mask", Values.of(new long[] {1, 2, 0, 0}, 1, 4)),
                "found 2 at 1");
        assertRefused(
                "continuous",
                with("continuous", "discrete_action", "attention_mask", Values.of(new long[4], 1, 4)),
                "row 0: expected 1 for 1 or more of the steps, found none");
        assertRefused(
                "continuous",
                with("continuous", "discrete_action", "attention_mask", Values.of(new long[] {1, 1, 1}, 1, 3)),
                "expected the shape [1, 4]");
        assertRefused(
                "caption",
                with("caption", "image_only", "attention_mask", Values.of(new long[] {1}, 1, 1)),
                "has no tensor input_ids");
    }

    @Test
    void whatDoesNotFitIsRefusedInOneLine() throws IOException {
        assertRefused(
                "continuous",
                with("continuous", "no_mask", "discrete_actions", Values.of(new long[] {1}, 1, 1)),
                "found continuous_actions and discrete_actions");
        assertRefused(
                "continuous",
                with("continuous", "no_mask", "smell", Values.of(new long[] {1}, 1, 1)),
                "smell",
                "unknown input");
        assertRefused(
                "continuous",
                with("continuous", "no_mask", "input_ids", Values.of(new long[] {1}, 1, 1)),
                "unknown input beside texts and photos");
        assertRefused(
                "continuous",
                with("continuous", "no_mask", "rewards", Values.of(new float[5], 1, 5)),
                "expected 1 episodes of 5 steps, as rewards has, found 1 of 6");
        assertRefused(
                "continuous",
                with("continuous", "no_mask", "loss_weight", Values.of(new float[5], 1, 5)),
                "expected 1 episodes of 6 steps");
        assertRefused(
                "continuous",
                with("continuous", "no_mask", "continuous_actions", Values.of(new float[6], 1, 6)),
                "expected the shape [batch, steps, numbers]");
        assertRefused(
                "continuous",
                with("continuous", "discrete_action", "discrete_actions", Values.of(new long[] {0, 1, 2, 300}, 1, 4)),
                "expected actions from 0 to 299",
                "found 300");
        assertRefused(
                "grid",
                with("grid", "discrete_only", "discrete_actions", Values.of(new float[3], 1, 3)),
                "expected the type I64 or I32");
        assertRefused("caption", Map.of("input_ids", Values.of(new long[] {-1}, 1, 1)), "-1", "300 tokens");
        assertRefused(
                "caption",
                with("caption", "image_text_no_mask", "input_ids", Values.of(new long[4], 2, 2)),
                "expected the shape [1, length]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"continuous_observations", "continuous_actions", "rewards", "loss_weight"})
    void whatIsNoNumberIsRefused(String name) throws IOException {
        Map<String, Values> feed = feed("continuous", "batch");
        feed.get(name).floats()[0] = Float.NaN;
        assertRefused("continuous", feed, "expected finite");
    }

    @Test
    void whatIsMaskedMayBeAnything() throws IOException {
        Map<String, Values> feed = feed("continuous", "batch");
        answer("continuous", feed);
        byte[] before = Files.readAllBytes(folder.resolve("out.safetensors"));
        long[] mask = feed.get("attention_mask").longs();
        assertEquals(0, mask[mask.length - 1]);
        float[] rewards = feed.get("rewards").floats();
        rewards[rewards.length - 1] = Float.NaN;
        answer("continuous", feed);
        assertArrayEquals(before, Files.readAllBytes(folder.resolve("out.safetensors")));
    }

    // --- Other commands

    @Test
    void inspectSaysWhatItIsAndBenchMeasuresItsTexts() {
        Run inspected = Run.of("inspect", Run.fixture("jat/caption"));
        assertEquals(0, inspected.exitCode(), inspected.err());
        assertTrue(inspected.out().matches("(?s).*runs here +yes\n.*"), inspected.out());
        assertFalse(inspected.out().contains("labels"), inspected.out());
        Run measured = Run.of("bench", "--model", Run.fixture("jat/caption"), "--seconds", "0.01");
        assertEquals(0, measured.exitCode(), measured.err());
    }
}
