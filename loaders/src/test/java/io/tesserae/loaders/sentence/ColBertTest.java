package io.tesserae.loaders.sentence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.generated.ColBertFolder;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.LateInteractionEncoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.TokenVectors;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models for late interaction, beside the reference's vectors: make_late_interaction_cases.py. */
class ColBertTest {

    private static final Path TESTDATA = Path.of("../testdata");
    private static JsonObject all;

    @TempDir
    Path folder;

    @BeforeAll
    static void read() throws IOException {
        all = ColBertFolder.cases();
    }

    @Test
    void vectorsAndScoresAreTheReferences() throws IOException {
        JsonArray cases = all.getAsJsonArray("cases");
        assertEquals(4, cases.size());
        for (JsonElement element : cases) {
            JsonObject expected = element.getAsJsonObject();
            ColBertFolder.ofPyLate(folder, expected.getAsJsonObject("settings"));
            try (ColBert model = ColBert.fromPretrained(folder)) {
                assertAnswers(expected, model);
            }
        }
    }

    /** ColBERT's authors store the projection beside the encoder, and say the rest in another file. */
    @Test
    void theAuthorsFilesAreRead() throws IOException {
        ColBertFolder.ofItsAuthors(folder);
        try (ColBert model = ColBert.fromPretrained(folder)) {
            assertAnswers(all.getAsJsonArray("cases").get(0).getAsJsonObject(), model);
        }
    }

    /** Masks that fill up a query are what the reference has at masked places; those that are seen do not know of them. */
    @Test
    void tokensThatSeeAndAreNotSeen() throws IOException {
        for (JsonElement element : all.getAsJsonArray("seen")) {
            JsonObject expected = element.getAsJsonObject();
            Path fixture = Packed.checkpoint(
                    TESTDATA.resolve("fixtures").resolve(expected.get("fixture").getAsString()));
            int[][] ids = new int[2][];
            int[] seen = new int[2];
            for (int s = 0; s < 2; s++) {
                ids[s] = ints(expected.getAsJsonArray("ids").get(s).getAsJsonArray());
                seen[s] = expected.getAsJsonArray("seen").get(s).getAsInt();
            }
            try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(fixture));
                    LateInteractionEncoder encoder =
                            new LateInteractionEncoder(checkpoint.load(Head.ENCODER, Engine.shared()), List.of())) {
                Tensor states = encoder.forward(TokenBatch.of(ids), seen);
                int hidden = states.dimension(1);
                if (expected.get("fixture").getAsString().startsWith("modernbert")) {
                    TokenBatch batch = TokenBatch.of(ids);
                    assertThrows(IllegalArgumentException.class, () -> encoder.forward(batch, new int[] {3, 10}));
                }
                for (int s = 0; s < 2; s++) {
                    float[] rows = ColBertFolder.floats(
                            expected.getAsJsonArray("states").get(s).getAsJsonArray());
                    float most = 2e-5f * largest(rows);
                    for (int i = 0; i < rows.length; i++) {
                        String where = expected.get("fixture") + " sequence " + s + " value " + i;
                        assertEquals(rows[i], states.data()[s * rows.length + i], most, where);
                    }
                    int[] alone = Arrays.copyOf(ids[s], seen[s]);
                    float[] without = encoder.forward(TokenBatch.of(alone)).data();
                    int from = s * rows.length;
                    assertArrayEquals(without, Arrays.copyOfRange(states.data(), from, from + seen[s] * hidden));
                }
            }
        }
    }

    /** Beside others, a text has the bits that it has alone. */
    @Test
    void aTextBesideOthersHasTheSameBits() throws IOException {
        ColBertFolder.ofPyLate(folder, new JsonObject());
        try (ColBert model = ColBert.fromPretrained(folder)) {
            List<ColBert.Sequence> sequences =
                    List.of(model.query("a film"), model.document("the actors were funny ."), model.query("dull"));
            List<TokenVectors> together = model.forward(sequences);
            for (int i = 0; i < sequences.size(); i++) {
                TokenVectors alone = model.forward(List.of(sequences.get(i))).getFirst();
                assertArrayEquals(alone.data(), together.get(i).data());
            }
        }
    }

    @Test
    void familiesThatCannotBeAskedSaySo() throws IOException {
        try (Checkpoint checkpoint =
                        Checkpoint.open(ModelFiles.directory(TESTDATA.resolve("fixtures/distilbert-base")));
                LateInteractionEncoder encoder =
                        new LateInteractionEncoder(checkpoint.load(Head.ENCODER, Engine.shared()), List.of())) {
            TokenBatch batch = TokenBatch.of(new int[] {1, 2, 3});
            assertThrows(IllegalArgumentException.class, () -> encoder.forward(batch, new int[] {2}));
            assertThrows(IllegalArgumentException.class, () -> encoder.forward(batch, new int[] {2, 3}));
        }
    }

    @Test
    void filesThatSaySomethingElseAreRefused() throws IOException {
        assertRefused("{\"query_length\": 3}", "query_length: expected a whole number from 4");
        assertRefused("{\"query_prefix\": \"[nosuchtoken]\"}", "query_prefix: expected a token of the vocabulary");
        assertRefused("{\"skiplist_words\": \"x\"}", "skiplist_words: expected an array of texts");
        Files.writeString(folder.resolve("1_Dense/config.json"), "{\"in_features\": 23, \"out_features\": 5}");
        assertRefused("{}", "linear.weight");
        assertRefused("{}", "1_Dense");
        Files.delete(folder.resolve("modules.json"));
        try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(folder))) {
            assertFalse(ColBert.isOf(checkpoint));
        }
        String message = assertThrows(ModelLoadingException.class, () -> ColBert.fromPretrained(folder))
                .getMessage();
        assertTrue(message.contains("HF_ColBERT"), message);
    }

    private void assertRefused(String settings, String part) throws IOException {
        if (!Files.exists(folder.resolve("1_Dense"))) {
            ColBertFolder.ofPyLate(folder, new JsonObject());
        }
        Files.writeString(folder.resolve("config_sentence_transformers.json"), settings);
        String message = assertThrows(ModelLoadingException.class, () -> ColBert.fromPretrained(folder))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    private static void assertAnswers(JsonObject expected, ColBert model) {
        JsonObject texts = all.getAsJsonObject("texts");
        List<ColBert.Sequence> sequences = new ArrayList<>();
        texts.getAsJsonArray("queries").forEach(text -> sequences.add(model.query(text.getAsString())));
        texts.getAsJsonArray("documents").forEach(text -> sequences.add(model.document(text.getAsString())));
        List<TokenVectors> vectors = model.forward(sequences);
        for (int i = 0; i < 3; i++) {
            assertVectors(expected.getAsJsonArray("queries").get(i).getAsJsonArray(), vectors.get(i));
            assertVectors(expected.getAsJsonArray("documents").get(i).getAsJsonArray(), vectors.get(3 + i));
            for (int j = 0; j < 3; j++) {
                float score = expected.getAsJsonArray("scores")
                        .get(i)
                        .getAsJsonArray()
                        .get(j)
                        .getAsFloat();
                assertEquals(score, vectors.get(i).maxSim(vectors.get(3 + j)), 2e-4f);
            }
        }
    }

    private static void assertVectors(JsonArray expected, TokenVectors found) {
        assertEquals(expected.size(), found.count());
        assertArrayEquals(ColBertFolder.floats(expected), found.data(), 2e-5f);
    }

    private static float largest(float[] values) {
        float largest = 0f;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static int[] ints(JsonArray values) {
        return values.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    }
}
