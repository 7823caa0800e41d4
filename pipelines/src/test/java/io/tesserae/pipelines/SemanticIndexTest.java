package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.pipelines.sentence.SearchResult;
import io.tesserae.pipelines.sentence.SemanticIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SemanticIndexTest {

    /** Against sorting everything; coordinates are few, so there are many ties. */
    @Property(tries = 200)
    void theBestAreFoundInOrder(
            @ForAll SimilarityFunction function,
            @ForAll @IntRange(min = 1, max = 60) int size,
            @ForAll @IntRange(min = 1, max = 5) int dimensions,
            @ForAll @IntRange(min = 1, max = 70) int topK,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<float[]> embeddings = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            embeddings.add(vector(random, dimensions));
        }
        float[] query = vector(random, dimensions);
        List<SearchResult> expected = IntStream.range(0, size)
                .mapToObj(i -> new SearchResult(i, function.similarity(query, embeddings.get(i))))
                .sorted(Comparator.comparingDouble(result -> 0.0 - result.score()))
                .limit(topK)
                .toList();
        SemanticIndex index = SemanticIndex.of(embeddings, function);
        assertEquals(expected, index.search(query, topK));
        assertEquals(size, index.size());
        assertEquals(dimensions, index.dimensions());
    }

    private static float[] vector(Random random, int dimensions) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = random.nextInt(3) - 1;
        }
        return vector;
    }

    @Test
    void theEmbeddingsAreCopied() {
        for (SimilarityFunction function : SimilarityFunction.values()) {
            float[] embedding = {1, 2};
            SemanticIndex index = SemanticIndex.of(List.of(embedding, new float[] {-1, 0}), function);
            List<SearchResult> before = index.search(new float[] {1, 2}, 2);
            embedding[0] = -100;
            assertEquals(before, index.search(new float[] {1, 2}, 2));
        }
    }

    @Test
    void whatIsNotANumberComesLast() {
        SemanticIndex index = SemanticIndex.of(
                List.of(new float[] {Float.NaN}, new float[] {-5}, new float[] {0}), SimilarityFunction.DOT);
        assertEquals(
                List.of(2, 1, 0),
                index.search(new float[] {1}, 3).stream()
                        .map(SearchResult::corpusId)
                        .toList());
        assertEquals(2, index.search(new float[] {1}, 1).getFirst().corpusId());
    }

    @Test
    void nonsenseIsRefused() {
        SemanticIndex index = SemanticIndex.of(List.of(new float[3]), SimilarityFunction.COSINE);
        assertRefused("an index needs one embedding", () -> SemanticIndex.of(List.of(), SimilarityFunction.DOT));
        assertRefused(
                "embedding 1 has 2 numbers, and those before it 3",
                () -> SemanticIndex.of(List.of(new float[3], new float[2]), SimilarityFunction.DOT));
        assertRefused("a query of 2 numbers", () -> index.search(new float[2], 1));
        assertRefused("topK: expected 1 or more, found 0", () -> index.search(new float[3], 0));
    }

    private static void assertRefused(String message, org.junit.jupiter.api.function.Executable call) {
        String found = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(found.startsWith(message), found);
    }

    @Property(tries = 50)
    void whatWasWrittenIsReadAndFindsTheSame(
            @ForAll SimilarityFunction function,
            @ForAll @IntRange(min = 1, max = 20) int size,
            @ForAll @IntRange(min = 1, max = 5) int dimensions,
            @ForAll boolean hasTexts,
            @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        List<float[]> embeddings = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            embeddings.add(vector(random, dimensions));
            texts.add("é\n𝄞".repeat(random.nextInt(3)));
        }
        SemanticIndex index =
                hasTexts ? SemanticIndex.of(texts, embeddings, function) : SemanticIndex.of(embeddings, function);
        Path folder = Files.createTempDirectory("index");
        Path file = folder.resolve("texts.index");
        try {
            index.write(file);
            SemanticIndex read = SemanticIndex.read(file);
            float[] query = vector(random, dimensions);
            assertEquals(index.search(query, size), read.search(query, size));
            assertEquals(hasTexts ? texts : List.of(), read.texts());
            assertEquals(index.toString(), read.toString());
            index.write(file); // in its place
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(List.of(file), files.toList(), "nothing else is left");
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    @Test
    void resultsCarryTheirTextsAndAnIndexGrows() {
        SemanticIndex index = SemanticIndex.of(
                List.of("a", "b"), List.of(new float[] {1, 0}, new float[] {0, 1}), SimilarityFunction.COSINE);
        assertEquals(
                Optional.of("b"), index.search(new float[] {0, 3}, 1).getFirst().text());
        SemanticIndex grown = index.toBuilder().add("c", new float[] {-5, 0}).build();
        assertEquals(List.of("a", "b", "c"), grown.texts());
        assertEquals(
                new SearchResult(2, 1, Optional.of("c")),
                grown.search(new float[] {-1, 0}, 1).getFirst());
        assertEquals(2, index.size(), "the first is as it was");
        assertThrows(IllegalArgumentException.class, () -> index.toBuilder().add(new float[] {1, 1}));
        assertThrows(
                IllegalArgumentException.class,
                () -> SemanticIndex.of(List.of("a"), List.of(), SimilarityFunction.DOT));
    }

    @Test
    void aFileThatIsNoIndexIsRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("bad.index");
        assertRefused(file, writer(), "__metadata__.format");
        assertRefused(file, index().metadata("version", "2"), "__metadata__.version", "newer");
        assertRefused(file, index().metadata("similarity", "hamming"), "hamming", "cosine");
        assertRefused(file, index(), "embeddings");
        assertRefused(file, index().addFloats("embeddings", new float[3], 3), "embeddings", "2 dimensions");
        assertRefused(file, index().addFloats("embeddings", new float[0], 0, 4), "embeddings", "1 or more");
        assertRefused(
                file, index().addFloats("embeddings", new float[4], 2, 2).addFloats("more", new float[1], 1), "more");
        assertRefused(file, withTexts("abc", 2), "as many ends as embeddings");
        assertRefused(file, withTexts("abc", 2, 2), "last element", "3");
        assertRefused(file, withTexts("abc", 4, 3), "element 1");
        assertRefused(file, withTexts("abc", -1, 3), "element 0");
        assertRefused(file, withTexts("aé", 2, 3), "text 0", "UTF-8");
        withTexts("abc", 1, 3).write(file);
        assertEquals(List.of("a", "bc"), SemanticIndex.read(file).texts());
        Files.write(file, new byte[] {1, 2, 3});
        assertThrows(ModelLoadingException.class, () -> SemanticIndex.read(file));
        assertThrows(ModelLoadingException.class, () -> SemanticIndex.read(folder.resolve("absent")));
        assertThrows(
                UncheckedIOException.class,
                () -> SemanticIndex.of(List.of(new float[1]), SimilarityFunction.DOT)
                        .write(folder.resolve("absent").resolve("x")));
    }

    /** Scores would be above 1, and the longest embedding the best of every query. */
    @Test
    void aFileForTheCosineHasNoLongEmbeddings(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("long.index");
        float[] secondIsLong = {0.6f, 0.8f, 3, 4};
        assertRefused(
                file,
                index().metadata("similarity", "cosine").addFloats("embeddings", secondIsLong, 2, 2),
                "embedding 1",
                "found 5.0",
                "normaliz");
        index().addFloats("embeddings", secondIsLong, 2, 2).write(file);
        assertEquals(
                25,
                SemanticIndex.read(file)
                        .search(new float[] {3, 4}, 1)
                        .getFirst()
                        .score(),
                "the dot product");
    }

    private static SafetensorsWriter writer() {
        return new SafetensorsWriter();
    }

    private static SafetensorsWriter index() {
        return writer().metadata("format", "tesserae semantic index")
                .metadata("version", "1")
                .metadata("similarity", "dot");
    }

    private static SafetensorsWriter withTexts(String texts, long... ends) {
        byte[] bytes = texts.getBytes(StandardCharsets.UTF_8);
        return index().addFloats("embeddings", new float[4], 2, 2)
                .addLongs("text_ends", ends, ends.length)
                .add("texts", DType.U8, new long[] {bytes.length}, out -> out.write(bytes));
    }

    private static void assertRefused(Path file, SafetensorsWriter content, String... parts) throws IOException {
        content.write(file);
        String message = assertThrows(ModelLoadingException.class, () -> SemanticIndex.read(file))
                .getMessage();
        assertTrue(message.startsWith(file.toString()), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
