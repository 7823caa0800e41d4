package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.NextTokenLoss;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.PicturePatches;
import io.tesserae.model.StreamBatch;
import io.tesserae.model.StreamOutput;
import io.tesserae.model.StreamState;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A GATO against the reference; and read piece by piece, with other kernels and threads, against itself. */
class GatoTest {

    private static final Fixture FIXTURE =
            new Fixture(Fixture.ROOT.resolve("gato").resolve("classic"));
    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    /** Of predictions of real elements alone: in these two cases the reference's own loss counts padding too. */
    private static final Map<String, Float> LOSSES = Map.of("control", 5.7509f, "game", 6.1093f);

    @ParameterizedTest
    @ValueSource(strings = {"control", "game", "instruction", "language", "caption"})
    void everyTensorIsThatOfTheReference(String name) throws IOException {
        try (SafetensorsFile file = FIXTURE.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build()) {
            StreamCase given = StreamCase.read(file, name);
            for (Engine engine : List.of(Engine.shared(), scalar)) {
                try (var model = AutoModelForStreams.fromPretrained(FIXTURE.files(), engine)) {
                    StreamOutput output = model.forward(given.batch(), EVERYTHING);
                    long compared = file.names().stream()
                            .filter(tensor -> tensor.startsWith("out." + name + ".") && !tensor.endsWith(".loss"))
                            .peek(tensor -> assertClose(given, Fixture.tensor(file, tensor), tensor, output))
                            .count();
                    assertTrue(compared >= 4, "embeddings and three hidden states at least");
                    float loss = NextTokenLoss.of(
                            given.batch().elements(), output.decoded().logits(), given.counts());
                    float expected = LOSSES.getOrDefault(
                            name, Fixture.tensor(file, "out." + name + ".loss").data()[0]);
                    assertEquals(expected, loss, 1e-4f);
                }
            }
        }
    }

    private static void assertClose(StreamCase given, Tensor expected, String name, StreamOutput output) {
        Tensor found = found(name.substring(name.indexOf('.', "out.".length()) + 1), output);
        int width = expected.dimension(2);
        float[] kept = new float[given.batch().count() * width];
        int[] columns = given.batch().elements().positionIds();
        int[] starts = given.batch().elements().sequenceStarts();
        for (int sequence = 0; sequence < given.batch().sequences(); sequence++) {
            for (int element = starts[sequence]; element < starts[sequence + 1]; element++) {
                int row = sequence * expected.dimension(1) + columns[element];
                System.arraycopy(expected.data(), row * width, kept, element * width, width);
            }
        }
        assertArrayEquals(kept, found.toArray(), 2e-5f, name);
    }

    private static Tensor found(String name, StreamOutput output) {
        return switch (name) {
            case "embeddings" -> output.embeddings();
            case "logits" -> output.decoded().logits();
            default -> output.decoded().hiddenStates().get(Integer.parseInt(name.substring("hidden_states.".length())));
        };
    }

    /** All that a pass gives, as bits: of five cases, whatever kernels and threads computed it. */
    @Test
    void kernelsAndThreadsChangeNoBit() throws IOException {
        try (SafetensorsFile file = FIXTURE.expected();
                Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(2).build();
                Engine three = Engine.builder().threads(3).build()) {
            for (String name : List.of("control", "game", "instruction", "language", "caption")) {
                StreamBatch batch = StreamCase.read(file, name).batch();
                float[] first = null;
                for (Engine engine : List.of(scalar, three, Engine.shared())) {
                    try (var model = AutoModelForStreams.fromPretrained(FIXTURE.files(), engine)) {
                        float[] found = model.forward(batch).decoded().logits().toArray();
                        first = first == null ? found : first;
                        assertArrayEquals(first, found, name);
                    }
                }
            }
        }
    }

    /** However a stream is read, in pieces of one element or of several, alone: the logits are those of one pass beside others. */
    @ParameterizedTest
    @ValueSource(strings = {"control", "game", "instruction", "language", "caption"})
    void readingInPiecesIsOnePassToTheLastBit(String name) throws IOException {
        try (SafetensorsFile file = FIXTURE.expected();
                var model = AutoModelForStreams.fromPretrained(FIXTURE.files())) {
            StreamCase given = StreamCase.read(file, name);
            Tensor whole = model.forward(given.batch()).decoded().logits();
            int vocabulary = whole.dimension(1);
            for (int sequence = 0; sequence < given.batch().sequences(); sequence++) {
                int start = given.batch().elements().sequenceStarts()[sequence];
                int length = given.batch().elements().length(sequence);
                for (int piece = 1; piece <= length; piece++) {
                    try (StreamState state = model.newState(1)) {
                        for (int from = 0; from < length; from += piece) {
                            int to = Math.min(length, from + piece);
                            float[] last = state.advance(given.part(sequence, from, to))
                                    .toArray();
                            int row = (start + to - 1) * vocabulary;
                            assertArrayEquals(Arrays.copyOfRange(whole.data(), row, row + vocabulary), last);
                            assertEquals(to, state.length(0));
                        }
                    }
                }
            }
        }
    }

    /** An id that is a part of no observation may be read as any decoder reads it. */
    @Test
    void idsByThemselvesAreReadAlike() throws IOException {
        try (SafetensorsFile file = FIXTURE.expected();
                var model = AutoModelForStreams.fromPretrained(FIXTURE.files())) {
            StreamCase given = StreamCase.read(file, "language");
            int[] ids = given.batch().elements().inputIds();
            try (StreamState elements = model.newState(1);
                    StreamState tokens = model.newState(1)) {
                float[] expected = elements.advance(given.batch()).toArray();
                tokens.advance(new int[][] {Arrays.copyOf(ids, 4)});
                assertArrayEquals(
                        expected,
                        tokens.advance(new int[][] {Arrays.copyOfRange(ids, 4, ids.length)})
                                .toArray());
                tokens.select(new int[] {0, 0});
                assertEquals(2, tokens.sequences());
                assertEquals(ids.length, tokens.length(1));
            }
        }
    }

    @Test
    void whatTheModelDoesNotTakeIsRefused() throws IOException {
        try (SafetensorsFile file = FIXTURE.expected();
                var model = AutoModelForStreams.fromPretrained(FIXTURE.files())) {
            int vocabulary = model.streamModel().config().vocabSize();
            refused("outside the model's vocabulary of 365", () -> model.forward(ids(vocabulary)));
            refused("outside the model's vocabulary of 365", () -> model.forward(ids(-1)));
            refused("has only 48 positions", () -> model.forward(ids(new int[49])));
            StreamBatch far =
                    new StreamBatch(TokenBatch.of(new int[] {1}), new int[] {-1}, PicturePatches.NONE, new int[] {32});
            refused("reaches local position 32, but the model has only 32", () -> model.forward(far));
            refused("expected 4 channels of 4 x 4 pixels, found 3 of 4 x 4", () -> model.forward(patch(3, 4)));
            refused("expected 4 channels of 4 x 4 pixels, found 4 of 5 x 5", () -> model.forward(patch(4, 5)));
            StreamCase game = StreamCase.read(file, "game");
            try (StreamState state = model.newState(1)) {
                refused("expected the elements of 1 sequences, found 2", () -> state.advance(game.batch()));
                refused("has only 48 positions", () -> state.advance(ids(new int[49])));
                TokenBatch masked = TokenBatch.masked(new int[][] {{1, 2}}, new int[1][2], new int[][] {{0, 1}});
                refused("leave none out", () -> state.advance(StreamBatch.of(masked)));
                assertEquals(0, state.length(0), "what is refused is not read");
            }
        }
    }

    /** Positions of a patch that lie in no picture, and elements that do not fit together. */
    @Test
    void streamsThatAreNoneAreRefused() {
        for (float[] position : new float[][] {
            {Float.NaN, 0, 1, 1}, {-0.1f, 0, 1, 1}, {0, 0, 1.1f, 1}, {0.5f, 0, 0.4f, 1}, {0, 0, 1, Float.NaN}
        }) {
            refused("patch 0: position ", () -> new PicturePatches(new byte[64], position, 4, 4));
        }
        refused("4 positions for every 64 pixels", () -> new PicturePatches(new byte[63], new float[4], 4, 4));
        refused("4 positions for every 64 pixels", () -> new PicturePatches(new byte[64], new float[5], 4, 4));
        refused("1 channel of 1 pixel or more", () -> new PicturePatches(new byte[0], new float[0], 0, 4));
        TokenBatch two = TokenBatch.of(new int[] {1, 2});
        PicturePatches one = new PicturePatches(new byte[64], new float[] {0, 0, 1, 1}, 4, 4);
        int[] none = {-1, -1};
        refused("expected an element for each of the 1 patches, found 0", () -> new StreamBatch(two, none, one, none));
        refused("element 1: expected no patch, or patch 0", () -> new StreamBatch(two, new int[] {-1, 1}, one, none));
        refused("element 1: expected no patch, or patch 1", () -> new StreamBatch(two, new int[] {0, 0}, one, none));
        refused(
                "element 0: expected a local position",
                () -> new StreamBatch(two, new int[] {0, -1}, one, new int[] {-2, 0}));
        refused("a batch of 2 elements", () -> new StreamBatch(two, new int[] {0}, one, none));
        refused("patches: expected a value, found null", () -> new StreamBatch(two, none, null, none));
    }

    private static StreamBatch ids(int... ids) {
        return StreamBatch.of(TokenBatch.of(ids));
    }

    private static StreamBatch patch(int channels, int size) {
        PicturePatches patch =
                new PicturePatches(new byte[channels * size * size], new float[] {0, 0, 1, 1}, channels, size);
        return new StreamBatch(TokenBatch.of(new int[] {0}), new int[] {0}, patch, new int[] {-1});
    }

    private static void refused(String expected, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(expected), message);
    }
}
