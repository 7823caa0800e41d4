package io.tesserae.loaders.sentence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.SparseVector;
import io.tesserae.model.SparseWeighing;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.TokenVectors;
import io.tesserae.packed.Packed;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bge-m3, a tiny one, beside the formulas on the reference's hidden states: make_bge_m3_cases.py. */
class BgeM3Test {

    private static final Path TESTDATA = Path.of("../testdata");
    private static final Path MODEL = Packed.checkpoint(TESTDATA.resolve("bge-m3"));

    @TempDir
    Path folder;

    @Test
    void vectorsAreTheReferences() throws IOException {
        try (BgeM3 model = BgeM3.fromPretrained(MODEL)) {
            assertEquals(28, model.maxLength());
            List<BgeM3.Vectors> all = new ArrayList<>();
            for (JsonObject expected : cases()) {
                int[] ids = ids(model.tokenizer(), expected);
                assertArrayEquals(ints(expected.getAsJsonArray("ids")), ids);
                BgeM3.Vectors vectors = model.forward(TokenBatch.of(ids)).getFirst();
                assertArrayEquals(floats(expected.getAsJsonArray("dense")), vectors.dense(), 2e-5f);
                assertSparse(expected.getAsJsonArray("sparse"), vectors.sparse());
                assertEquals(ids.length - 1, vectors.multiVector().count());
                assertEquals(10, vectors.multiVector().dimensions());
                assertArrayEquals(
                        floats(expected.getAsJsonArray("multi_vector")),
                        vectors.multiVector().data(),
                        2e-5f);
                all.add(vectors);
            }
            assertEquals(5, all.size());
            assertTrue(all.get(0).sparse().dot(all.get(4).sparse()) > 0);
            assertEquals(0, all.get(2).sparse().size());
        }
    }

    /** Alone, in a batch, and by the model that gives one kind of vectors only, a text's vectors have the same bits. */
    @Test
    void eachKindAloneHasTheSameBits() throws IOException {
        try (BgeM3 model = BgeM3.fromPretrained(MODEL);
                SentenceTransformer dense = SentenceTransformer.fromPretrained(MODEL);
                SparseTransformer sparse = SparseTransformer.fromPretrained(MODEL);
                ColBert multiVector = ColBert.fromPretrained(MODEL)) {
            List<int[]> texts = new ArrayList<>();
            List<ColBert.Sequence> sequences = new ArrayList<>();
            for (JsonObject one : cases()) {
                texts.add(ids(model.tokenizer(), one));
                String text = one.get("text").getAsString();
                sequences.add(multiVector.query(text));
                assertArrayEquals(
                        multiVector.query(text).inputIds(),
                        multiVector.document(text).inputIds());
                assertArrayEquals(texts.getLast(), sequences.getLast().inputIds());
            }
            TokenBatch batch = TokenBatch.of(texts.toArray(int[][]::new));
            List<BgeM3.Vectors> together = model.forward(batch);
            List<SparseVector> weights = sparse.encoder().forward(batch);
            List<TokenVectors> vectors = multiVector.forward(sequences);
            float[] embeddings = dense.encoder().forward(batch, 0).data();
            for (int i = 0; i < texts.size(); i++) {
                BgeM3.Vectors alone = model.forward(TokenBatch.of(texts.get(i))).getFirst();
                BgeM3.Vectors one = together.get(i);
                assertArrayEquals(alone.dense(), one.dense());
                assertArrayEquals(alone.sparse().weights(), one.sparse().weights());
                assertArrayEquals(alone.multiVector().data(), one.multiVector().data());
                assertArrayEquals(Arrays.copyOfRange(embeddings, 16 * i, 16 * i + 16), one.dense());
                assertArrayEquals(weights.get(i).ids(), one.sparse().ids());
                assertArrayEquals(weights.get(i).weights(), one.sparse().weights());
                assertArrayEquals(vectors.get(i).data(), one.multiVector().data());
            }
            assertEquals(28, sparse.maxLength());
            assertTrue(sparse.config().pooling().isEmpty());
            assertEquals(
                    Set.of(0, 1, 2, 3),
                    ((SparseWeighing.TokenWeights) sparse.encoder().weighing()).skipped());
        }
    }

    @Test
    void scoresAreMeansOverTheQuery() throws IOException {
        try (ColBert model = ColBert.fromPretrained(MODEL)) {
            List<JsonObject> cases = cases();
            List<TokenVectors> vectors = model.forward(cases.stream()
                    .map(one -> model.document(one.get("text").getAsString()))
                    .toList());
            for (int i = 0; i < cases.size(); i++) {
                float[] scores = floats(cases.get(i).getAsJsonArray("scores"));
                for (int j = 0; j < cases.size(); j++) {
                    assertEquals(scores[j], model.score(vectors.get(i), vectors.get(j)), 2e-5f);
                }
            }
            assertEquals(0f, model.score(new TokenVectors(new float[0], 10), vectors.getFirst()));
        }
    }

    /** Only who asks for its other vectors gets them. */
    @Test
    void firstOfAllItIsASentenceEncoder() {
        try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(MODEL))) {
            assertTrue(BgeM3.isOf(checkpoint));
            assertFalse(ColBert.isOf(checkpoint));
            assertFalse(SparseTransformerConfig.isOf(checkpoint.files()));
        }
    }

    @Test
    void damagedLayersAreRefused() throws IOException {
        copy();
        Files.copy(folder.resolve("colbert_linear.pt"), folder.resolve("sparse_linear.pt.new"));
        Files.move(
                folder.resolve("sparse_linear.pt.new"),
                folder.resolve("sparse_linear.pt"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused("sparse_linear.pt: layer: expected one that makes 1 number, found 10");
        Files.write(folder.resolve("sparse_linear.pt"), new byte[100]);
        assertRefused("sparse_linear.pt: expected a zip file");
        Files.copy(
                Path.of("src/test/resources/io/tesserae/loaders/torch/linear.pt"),
                folder.resolve("sparse_linear.pt"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused("[2, 3]");
        Files.copy(
                Path.of("src/test/resources/io/tesserae/loaders/torch/tensors.pt"),
                folder.resolve("sparse_linear.pt"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused("no tensor \"weight\": expected one of shape [from 1 to 1048576, 16]");
        Files.delete(folder.resolve("sparse_linear.pt"));
        assertRefused("beside it colbert_linear.pt and sparse_linear.pt");
    }

    private void assertRefused(String part) {
        String message = assertThrows(ModelLoadingException.class, () -> BgeM3.fromPretrained(folder))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    private void copy() throws IOException {
        try (Stream<Path> files = Files.walk(MODEL)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(MODEL.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    private static int[] ids(Tokenizer tokenizer, JsonObject one) {
        return tokenizer
                .encode(
                        one.get("text").getAsString(),
                        EncodingOptions.DEFAULT
                                .withTruncation(TruncationStrategy.LONGEST_FIRST)
                                .withMaxLength(28))
                .inputIds();
    }

    private static List<JsonObject> cases() throws IOException {
        return JsonParser.parseString(Files.readString(TESTDATA.resolve("bge-m3-cases.json")))
                .getAsJsonArray()
                .asList()
                .stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static void assertSparse(JsonArray expected, SparseVector found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < found.size(); i++) {
            JsonArray pair = expected.get(i).getAsJsonArray();
            assertEquals(pair.get(0).getAsInt(), found.ids()[i]);
            assertEquals(pair.get(1).getAsFloat(), found.weights()[i], 3e-5f);
        }
    }

    private static int[] ints(JsonArray values) {
        return values.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    }

    private static float[] floats(JsonArray values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).getAsFloat();
        }
        return floats;
    }
}
