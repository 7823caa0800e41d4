package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.model.DecoderState;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageCaptioner;
import io.tesserae.model.ImageCaptionerOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** BLIP writes what the reference writes, of the same scores; and the same bits, however its tokens are read. */
class BlipCaptionTest {

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);
    private static final String WORDS = "text_decoder.bert.embeddings.word_embeddings.weight";
    private static final String BIAS = "text_decoder.cls.predictions.bias";
    private static final String OWN_WEIGHT = "text_decoder.cls.predictions.decoder.weight";
    private static final String OWN_BIAS = "text_decoder.cls.predictions.decoder.bias";

    static List<Path> checkpoints() {
        return BlipAnswers.folders("caption", "blip-caption", "blip-caption-2");
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTensorIsTheReferences(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForImageTextToText model = AutoModelForImageTextToText.fromPretrained(folder)) {
            int[][] ids = answers.ids("in.input_ids");
            int[][] mask = answers.mask("in.attention_mask", ids);
            ImageCaptionerOutput output = model.forward(
                    ImageBatch.of(answers.tensor("in.pixel_values")), BlipAnswers.batch(ids, mask), EVERYTHING, false);
            answers.assertRows("out.logits", mask, output.text().logits());
            answers.assertTensor("out.vision.last_hidden_state", output.vision().lastHiddenState());
            answers.assertLayers("out.text.", mask, output.text());
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTextIsTheReferences(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForImageTextToText model = AutoModelForImageTextToText.fromPretrained(folder)) {
            ImageCaptioner captioner = model.captioner();
            GenerationTokens tokens = captioner.tokens();
            Tensor pixelValues = answers.tensor("in.pixel_values");
            ImageBatch pictures = ImageBatch.of(pixelValues);
            Map<String, JsonObject> free = answers.generations("(?!prompt).*");
            assertTrue(free.size() >= 4);
            for (JsonObject generation : free.values()) {
                try (DecoderState state = captioner.newState(pictures, false)) {
                    int[][] starts = BlipAnswers.starts(tokens, pictures.images());
                    BlipAnswers.assertGenerates(generation, tokens, state, starts);
                }
            }
            // A prompt that is shorter than its neighbours is answered from its padding by the reference: prompt1.
            Map<String, JsonObject> prompted = answers.generations("prompt0?-.*");
            assertTrue(prompted.size() >= 2);
            String prompt = answers.has("gen.prompt.input_ids") ? "gen.prompt.input_ids" : "gen.in.prompt0.input_ids";
            int[][] ids = answers.ids(prompt);
            int[][] prompts = {Arrays.copyOf(ids[0], ids[0].length - 1)};
            prompts[0][0] = tokens.start().orElseThrow();
            for (JsonObject generation : prompted.values()) {
                try (DecoderState state = captioner.newState(ImageBatch.of(List.of(pictures.pixelValues(0))), false)) {
                    BlipAnswers.assertGenerates(generation, tokens, state, prompts);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void logitsOfWhatWasWrittenAreTheReferences(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(folder);
                AutoModelForImageTextToText model = AutoModelForImageTextToText.fromPretrained(folder)) {
            if (answers.has("forced.logits")) {
                int[][] ids = answers.ids("forced.input_ids");
                ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
                ImageCaptionerOutput output = model.forward(pictures, TokenBatch.of(ids));
                answers.assertRows(
                        "forced.logits", answers.mask("", ids), output.text().logits());
            }
        }
    }

    /** Read at once, or token by token, alone or beside others, on one thread or two, with vectors or without: the same bits. */
    @ParameterizedTest
    @MethodSource("checkpoints")
    void howTokensAreReadMovesNoBit(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(folder);
                Engine scalar =
                        Engine.builder().threads(2).kernels(Kernels.scalar()).build();
                Engine one = Engine.builder().threads(1).build();
                Engine two = Engine.builder().threads(2).build()) {
            int[][] ids = answers.ids("in.input_ids");
            TokenBatch batch = BlipAnswers.batch(ids, answers.mask("in.attention_mask", ids));
            ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
            float[] expected = null;
            for (Engine engine : List.of(scalar, one, two)) {
                try (AutoModelForImageTextToText model =
                        AutoModelForImageTextToText.fromPretrained(ModelFiles.directory(folder), engine)) {
                    float[] whole =
                            model.forward(pictures, batch).text().logits().toArray();
                    expected = expected == null ? whole : expected;
                    assertArrayEquals(expected, whole);
                    assertSteps(model.captioner(), pictures, batch, expected);
                }
            }
        }
    }

    private static void assertSteps(ImageCaptioner captioner, ImageBatch pictures, TokenBatch batch, float[] expected) {
        int vocabulary = captioner.config().vocabSize();
        for (int s = 0; s < batch.sequences(); s++) {
            int first = batch.sequenceStarts()[s];
            try (DecoderState alone = captioner.newState(ImageBatch.of(List.of(pictures.pixelValues(s))), false);
                    DecoderState beside = captioner.newState(pictures, false)) {
                int[] order = {s, 0, s};
                beside.select(order);
                for (int token = first; token < first + batch.length(s); token++) {
                    int id = batch.inputIds()[token];
                    float[] row = Arrays.copyOfRange(expected, token * vocabulary, (token + 1) * vocabulary);
                    assertArrayEquals(row, alone.advance(new int[][] {{id}}).toArray());
                    Tensor three = beside.advance(new int[][] {{id}, {1, 2}, {id}});
                    assertArrayEquals(row, Arrays.copyOf(three.toArray(), vocabulary));
                    assertArrayEquals(row, Arrays.copyOfRange(three.toArray(), 2 * vocabulary, 3 * vocabulary));
                }
            }
        }
    }

    // --- Which tensors are the last layer's

    @Test
    void bothMembersOfEachPairMayBeThere(@TempDir Path folder) throws IOException {
        float[] tied = logits(checkpoints().getFirst());
        write(folder, tensors -> {
            tensors.put(OWN_WEIGHT, tensors.get(WORDS));
            tensors.put(OWN_BIAS, tensors.get(BIAS));
            tensors.put("text_decoder.bert.embeddings.position_ids", Tensor.zeros(1, 24));
        });
        assertArrayEquals(tied, logits(folder));
    }

    /** If the two differ, the layer's own wins: its logits without the bias are then twice what they were. */
    @Test
    void aWeightOfTheLayerItselfWins(@TempDir Path folder) throws IOException {
        float[] tied = logits(checkpoints().getFirst());
        float[][] bias = new float[1][];
        write(folder, tensors -> {
            bias[0] = tensors.get(BIAS).toArray();
            Tensor doubled = tensors.get(WORDS).copy();
            for (int i = 0; i < doubled.size(); i++) {
                doubled.data()[i] *= 2;
            }
            tensors.put(OWN_WEIGHT, doubled);
        });
        float[] doubled = logits(folder);
        for (int i = 0; i < tied.length; i++) {
            float of = bias[0][i % bias[0].length];
            assertEquals(2 * (tied[i] - of) + of, doubled[i], 1e-5f);
        }
    }

    @Test
    void aBiasOfTheLayerAloneIsBoth(@TempDir Path folder) throws IOException {
        float[] tied = logits(checkpoints().getFirst());
        write(folder, tensors -> tensors.put(OWN_BIAS, tensors.remove(BIAS)));
        assertArrayEquals(tied, logits(folder));
    }

    @Test
    void noBiasAtAllIsMissing(@TempDir Path folder) throws IOException {
        write(folder, tensors -> tensors.remove(BIAS));
        assertRefused(folder, BIAS);
    }

    @Test
    void whatIsNotTiedIsMissing(@TempDir Path folder) throws IOException {
        write(folder, tensors -> {});
        Path config = folder.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replace("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false"));
        assertRefused(folder, OWN_WEIGHT);
    }

    @Test
    void tensorsOfAnotherHeadAreUnexpected(@TempDir Path folder) throws IOException {
        write(folder, tensors -> tensors.put("itm_head.bias", Tensor.zeros(2)));
        assertRefused(folder, "itm_head.bias");
    }

    private static void assertRefused(Path folder, String tensor) {
        String message = assertThrows(
                        ModelLoadingException.class, () -> AutoModelForImageTextToText.fromPretrained(folder))
                .getMessage();
        assertTrue(message.contains("\"" + tensor + "\""), message);
    }

    private static float[] logits(Path folder) throws IOException {
        try (BlipAnswers answers = BlipAnswers.open(checkpoints().getFirst());
                AutoModelForImageTextToText model = AutoModelForImageTextToText.fromPretrained(folder)) {
            ImageBatch pictures = ImageBatch.of(answers.tensor("in.pixel_values"));
            TokenBatch texts = TokenBatch.of(answers.ids("in.input_ids"));
            return model.forward(pictures, texts).text().logits().toArray();
        }
    }

    /** Copies the project's own checkpoint, with other tensors. */
    private static void write(Path folder, Consumer<Map<String, Tensor>> change) throws IOException {
        Path source = checkpoints().getFirst();
        Files.copy(source.resolve("config.json"), folder.resolve("config.json"));
        Map<String, Tensor> tensors = new TreeMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(source.resolve("model.safetensors"))) {
            for (TensorEntry entry : file.entries()) {
                tensors.put(entry.name(), Fixture.tensor(file, entry.name()));
            }
        }
        change.accept(tensors);
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.forEach((name, tensor) -> writer.addFloats(
                name,
                tensor.toArray(),
                Arrays.stream(tensor.shape()).asLongStream().toArray()));
        writer.write(folder.resolve("model.safetensors"));
    }
}
