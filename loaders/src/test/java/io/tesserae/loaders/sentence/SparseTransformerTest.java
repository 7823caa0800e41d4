package io.tesserae.loaders.sentence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.SparsePooling;
import io.tesserae.model.SparseVector;
import io.tesserae.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sparse encoders in the layout of sentence-transformers, beside the formula on the reference's logits: make_sparse_cases.py. */
class SparseTransformerTest {

    private static final Path TESTDATA = Path.of("../testdata");
    private static final Path MASKED_LM = TESTDATA.resolve("fixtures/bert-mlm");

    private static final String MODULES = """
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.sparse_encoder.models.MLMTransformer"},
            {"idx": 1, "name": "1", "path": "1_SpladePooling",
            "type": "sentence_transformers.sparse_encoder.models.SpladePooling"}]
            """;

    @TempDir
    Path folder;

    @Test
    void weightsAreTheReferences() throws IOException {
        JsonArray cases = JsonParser.parseString(Files.readString(TESTDATA.resolve("sparse-cases.json")))
                .getAsJsonArray();
        assertEquals(12, cases.size());
        for (var element : cases) {
            JsonObject expected = element.getAsJsonObject();
            String strategy = expected.get("pooling_strategy").getAsString();
            String activation = expected.get("activation_function").getAsString();
            copy("{\"pooling_strategy\": \"" + strategy + "\", \"activation_function\": \"" + activation + "\"}");
            try (SparseTransformer model = SparseTransformer.fromPretrained(folder)) {
                assertEquals(
                        Optional.of(new SparsePooling(strategy.equals("sum"), activation.equals("log1p_relu"))),
                        model.config().pooling());
                SparseVector vector = embed(model, expected.get("text").getAsString());
                assertEquals(expected.get("count").getAsInt(), vector.size());
                double total = 0;
                for (float weight : vector.weights()) {
                    total += weight;
                }
                assertEquals(expected.get("total").getAsDouble(), total, 2e-5 * total);
                for (var best : expected.getAsJsonArray("best")) {
                    int id = best.getAsJsonArray().get(0).getAsInt();
                    float weight = best.getAsJsonArray().get(1).getAsFloat();
                    assertEquals(weight, vector.weights()[Arrays.binarySearch(vector.ids(), id)], 2e-5f);
                }
            }
        }
    }

    /** Beside others, and cut into parts that fit into memory, a text has the bits that it has alone. */
    @Test
    void aTextBesideOthersHasTheSameBits() {
        try (SparseTransformer model = SparseTransformer.fromPretrained(MASKED_LM)) {
            List<int[]> texts = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                texts.add(ids(model, "the film ".repeat(1 + i % 11) + i));
            }
            List<SparseVector> together =
                    model.encoder().forward(TokenBatch.of(texts.toArray(int[][]::new))); // more than 512 tokens
            for (int i = 0; i < texts.size(); i++) {
                SparseVector alone =
                        model.encoder().forward(TokenBatch.of(texts.get(i))).getFirst();
                assertArrayEquals(alone.ids(), together.get(i).ids());
                assertArrayEquals(alone.weights(), together.get(i).weights());
            }
        }
    }

    @Test
    void filesThatSaySomethingElseAreRefused() throws IOException {
        assertRefused(MODULES, "{\"pooling_strategy\": \"mean\"}", "pooling_strategy: expected max or sum");
        assertRefused(MODULES, "{\"activation_function\": \"gelu\"}", "expected relu or log1p_relu");
        assertRefused(MODULES.replace("SpladePooling\"}", "Pooling\"}"), "{}", "type: expected MLMTransformer");
        assertRefused(
                MODULES.replace(".MLMTransformer", ".SparseStaticEmbedding"),
                "{}",
                "the modules that this version runs");
        copy("{}");
        assertTrue(SparseTransformerConfig.isOf(ModelFiles.directory(folder)));
        Files.delete(folder.resolve("modules.json"));
        assertFalse(SparseTransformerConfig.isOf(ModelFiles.directory(folder)));
    }

    private void assertRefused(String modules, String pooling, String part) throws IOException {
        copy(pooling);
        Files.writeString(folder.resolve("modules.json"), modules);
        String message = assertThrows(ModelLoadingException.class, () -> SparseTransformer.fromPretrained(folder))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    private void copy(String pooling) throws IOException {
        try (Stream<Path> files = Files.list(MASKED_LM)) {
            for (Path file :
                    files.filter(file -> !file.toString().contains("expected")).toList()) {
                Path copy = folder.resolve(file.getFileName());
                if (!Files.exists(copy)) {
                    Files.copy(file, copy);
                }
            }
        }
        Files.writeString(folder.resolve("modules.json"), MODULES);
        Files.createDirectories(folder.resolve("1_SpladePooling"));
        Files.writeString(folder.resolve("1_SpladePooling/config.json"), pooling);
    }

    private static SparseVector embed(SparseTransformer model, String text) {
        return model.encoder().forward(TokenBatch.of(ids(model, text))).getFirst();
    }

    private static int[] ids(SparseTransformer model, String text) {
        return model.tokenizer().encode(text).inputIds();
    }
}
