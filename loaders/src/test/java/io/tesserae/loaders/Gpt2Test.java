package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.EncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is GPT-2's own: padding on the left, with the positions that go with it; old files; last tokens. Fixtures compare the rest. */
class Gpt2Test {

    private static final Path FIXTURES = Fixture.ROOT.resolve("gpt2");

    /** Larger checkpoints, which lie beside the repository on some machines. */
    private static final Path BESIDE = Path.of("..", "..", "shared", "multimodal", "fixtures");

    private static final double TOLERANCE = 1e-5;

    /** A checkpoint of a language model, of which only the model below the head is asked, and who has its answers. */
    record Padded(Path model, Path answers) {
        @Override
        public String toString() {
            return model.getFileName().toString();
        }
    }

    static List<Padded> padded() {
        Path own = FIXTURES.resolve("writing").resolve("model");
        Path beside = BESIDE.resolve("gpt2");
        return Stream.of(
                        new Padded(own, own),
                        new Padded(beside, beside),
                        new Padded(BESIDE.resolve("gpt2-legacy-names"), beside))
                .filter(padded -> Files.exists(padded.model()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("padded")
    void positionsThatAreGivenAreTheReferences(Padded padded) throws IOException {
        try (SafetensorsFile expected =
                        SafetensorsFile.open(Packed.file(padded.answers().resolve("expected.safetensors")));
                AutoModel model = AutoModel.fromPretrained(padded.model())) {
            int[][] mask = Fixture.rows(expected, "in.attention_mask");
            TokenBatch batch = withPositions(expected, mask);
            EncoderOutput output = model.forward(batch, new OutputOptions(true, true));
            assertEquals(3, output.hiddenStates().size());
            assertArrayEquals(
                    output.lastHiddenState().toArray(),
                    output.hiddenStates().getLast().toArray());
            for (int i = 0; i < output.hiddenStates().size(); i++) {
                String name = "out.hidden_states." + i;
                // The last of them is kept once.
                Tensor states =
                        Fixture.tensor(expected, expected.names().contains(name) ? name : "out.last_hidden_state");
                assertClose(
                        "hidden state " + i,
                        realRows(states, mask),
                        output.hiddenStates().get(i).toArray());
            }
            for (int layer = 0; layer < output.attentions().size(); layer++) {
                Tensor maps = Fixture.tensor(expected, "out.attentions." + layer);
                for (int s = 0; s < mask.length; s++) {
                    float[] ours = output.attentions().get(layer).get(s).toArray();
                    assertClose("attention " + layer, realMap(maps, mask, s), ours);
                }
            }
        }
    }

    private static TokenBatch withPositions(SafetensorsFile expected, int[][] mask) {
        int[][] positions = Fixture.rows(expected, "in.position_ids");
        TokenBatch columns = Fixture.batch(expected);
        int[] given = new int[columns.tokens()];
        int token = 0;
        for (int s = 0; s < mask.length; s++) {
            for (int column = 0; column < mask[s].length; column++) {
                if (mask[s][column] == 1) {
                    given[token++] = positions[s][column];
                }
            }
        }
        return new TokenBatch(columns.inputIds(), given, columns.tokenTypeIds(), columns.sequenceStarts());
    }

    /** Of {@code [sequences, length, width]}, the rows that are not masked. */
    private static float[] realRows(Tensor states, int[][] mask) {
        int length = states.dimension(1);
        int width = states.dimension(2);
        float[] real = new float[states.size()];
        int count = 0;
        for (int row = 0; row < states.dimension(0) * length; row++) {
            if (mask[row / length][row % length] == 1) {
                System.arraycopy(states.data(), row * width, real, count, width);
                count += width;
            }
        }
        return Arrays.copyOf(real, count);
    }

    /** Of {@code [sequences, heads, length, length]}, what the tokens of one sequence that are not masked see of each other. */
    private static float[] realMap(Tensor maps, int[][] mask, int sequence) {
        int heads = maps.dimension(1);
        int length = maps.dimension(2);
        float[] real = new float[heads * length * length];
        int count = 0;
        for (int i = 0; i < real.length; i++) {
            int query = i / length % length;
            if (mask[sequence][query] == 1 && mask[sequence][i % length] == 1) {
                real[count++] = maps.data()[sequence * real.length + i];
            }
        }
        return Arrays.copyOf(real, count);
    }

    private static void assertClose(String name, float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length, name);
        double magnitude = 1;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            magnitude = Math.max(magnitude, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(expected[i] - actual[i]));
        }
        assertTrue(error <= TOLERANCE * magnitude, name + ": error " + error + " at magnitude " + magnitude);
    }

    /** Whatever comes later, a token's state stays as it is: to the bit. */
    @Test
    void noTokenSeesALaterOne() {
        try (AutoModel model = AutoModel.fromPretrained(FIXTURES.resolve("base"))) {
            float[] short3 = lastHiddenState(model, 5, 6, 7);
            float[] long5 = lastHiddenState(model, 5, 6, 7, 8, 9);
            assertArrayEquals(short3, Arrays.copyOf(long5, short3.length));
        }
    }

    private static float[] lastHiddenState(AutoModel model, int... ids) {
        return model.forward(TokenBatch.of(ids), OutputOptions.RESULT_ONLY)
                .lastHiddenState()
                .toArray();
    }

    /** The reference would look them up among the words. */
    @Test
    void tokenTypesAreRefused() {
        try (AutoModel model = AutoModel.fromPretrained(FIXTURES.resolve("base"))) {
            TokenBatch batch = TokenBatch.of(new int[][] {{5, 6}}, new int[][] {{0, 1}});
            Exception refusal =
                    assertThrows(IllegalArgumentException.class, () -> model.forward(batch, OutputOptions.RESULT_ONLY));
            assertTrue(refusal.getMessage().startsWith("token type 1: GPT-2 has no token types"), refusal.getMessage());
        }
    }

    @Test
    void aTextWithoutATokenHasNoLastOne() {
        try (var model = AutoModelForSequenceClassification.fromPretrained(FIXTURES.resolve("sequence"))) {
            TokenBatch batch = TokenBatch.of(new int[] {5, 6}, new int[0]);
            Exception refusal =
                    assertThrows(IllegalArgumentException.class, () -> model.forward(batch, OutputOptions.RESULT_ONLY));
            assertTrue(refusal.getMessage().startsWith("sequence 1 has no token"), refusal.getMessage());
        }
    }

    /** A linear layer's weight where Conv1D's is expected: refused by its name, with the shape that the file should have. */
    @Test
    void aWeightThatIsNotTurnedRoundIsRefused(@TempDir Path folder) throws IOException {
        Path base = FIXTURES.resolve("base");
        Files.copy(base.resolve("config.json"), folder.resolve("config.json"));
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(base.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                Tensor tensor = Fixture.tensor(file, name);
                writer.add(name, name.equals("h.1.mlp.c_fc.weight") ? tensor.reshape(64, 16) : tensor);
            }
        }
        writer.write(folder.resolve("model.safetensors"));
        String message = assertThrows(ModelLoadingException.class, () -> AutoModel.fromPretrained(folder))
                .getMessage();
        assertTrue(
                message.endsWith(
                        "tensor \"h.1.mlp.c_fc.weight\" (F32 [64, 16]): expected shape [16, 64] by config.json,"
                                + " found [64, 16]"),
                message);
    }
}
