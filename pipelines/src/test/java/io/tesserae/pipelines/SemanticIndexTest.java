package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.model.SimilarityFunction;
import io.tesserae.pipelines.sentence.SearchResult;
import io.tesserae.pipelines.sentence.SemanticIndex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

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
}
