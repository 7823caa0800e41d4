package io.tesserae.pipelines;

import io.tesserae.model.SimilarityFunction;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;

/**
 * The embeddings of many texts, to search for those that are most like a query: {@code
 * sentence_transformers.util.semantic_search}. The search is exact: it compares the query with every text.
 *
 * <pre>{@code
 * SemanticIndex index = SemanticIndex.of(pipeline.embed(texts), pipeline.similarityFunction());
 * List<SearchResult> best = index.search(pipeline.embed("How do I cook rice?"), 10);
 * }</pre>
 *
 * <p>Immutable and thread-safe. It takes four bytes for each number of each embedding.
 */
public final class SemanticIndex {

    /** Rows whose place in the matrix an {@code int} can say. */
    private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

    private static final Comparator<SearchResult> BEST_FIRST = Comparator.comparingDouble(
                    (SearchResult result) -> -rank(result.score()))
            .thenComparingInt(SearchResult::corpusId);

    private final SimilarityFunction similarity;
    private final int size;
    private final int dimensions;
    private final float[] embeddings; // [size, dimensions], prepared for comparison

    private SemanticIndex(SimilarityFunction similarity, int size, int dimensions, float[] embeddings) {
        this.similarity = similarity;
        this.size = size;
        this.dimensions = dimensions;
        this.embeddings = embeddings;
    }

    /**
     * An index of embeddings, which are copied.
     *
     * @param embeddings in the order of the texts; one or more, all of the same length
     * @param similarity how they are compared
     * @throws IllegalArgumentException if there are none, their lengths differ, or they are more than one array can hold
     */
    public static SemanticIndex of(List<float[]> embeddings, SimilarityFunction similarity) {
        return of(embeddings.stream(), embeddings.size(), similarity);
    }

    /**
     * Likewise of embeddings that come one by one, so that there is never more in memory than the index.
     *
     * @param size how many there are
     */
    public static SemanticIndex of(Stream<float[]> embeddings, int size, SimilarityFunction similarity) {
        Iterator<float[]> rows = embeddings.iterator();
        if (size < 1 || !rows.hasNext()) {
            throw new IllegalArgumentException("an index needs an embedding, found none");
        }
        float[] row = rows.next();
        int dimensions = row.length;
        if ((long) size * dimensions > MOST_NUMBERS) {
            throw new IllegalArgumentException(
                    "an index of " + size + " embeddings of " + dimensions
                            + " numbers is more than one array can hold; split the texts among several, or keep fewer dimensions");
        }
        float[] matrix = new float[size * dimensions];
        for (int i = 0; i < size; i++) {
            if (row.length != dimensions) {
                throw new IllegalArgumentException("embedding " + i + " has " + row.length
                        + " numbers, and those before it " + dimensions + "; they are of different models");
            }
            System.arraycopy(similarity.prepare(row), 0, matrix, i * dimensions, dimensions);
            if (rows.hasNext() != (i + 1 < size)) {
                throw new IllegalArgumentException(
                        "expected " + size + " embeddings, found " + (rows.hasNext() ? "more" : "only " + (i + 1)));
            }
            row = rows.hasNext() ? rows.next() : row;
        }
        return new SemanticIndex(similarity, size, dimensions, matrix);
    }

    /**
     * The texts that are most like a query, best first; of those that are equally like it, the earlier first. A text whose
     * score is not a number comes last.
     *
     * @param query {@code [dimensions]}
     * @param topK how many at most
     * @throws IllegalArgumentException if the query is of another length, or {@code topK} is below 1
     */
    public List<SearchResult> search(float[] query, int topK) {
        if (query.length != dimensions) {
            throw new IllegalArgumentException(
                    "a query of " + query.length + " numbers cannot be compared with embeddings of " + dimensions
                            + "; they are of different models, or cut to different dimensions");
        }
        if (topK < 1) {
            throw new IllegalArgumentException("topK: expected 1 or more, found " + topK);
        }
        float[] prepared = similarity.prepare(query);
        PriorityQueue<SearchResult> best = new PriorityQueue<>(BEST_FIRST.reversed());
        for (int i = 0; i < size; i++) {
            SearchResult result = new SearchResult(i, similarity.compare(prepared, embeddings, i * dimensions));
            if (best.size() < topK) {
                best.add(result);
            } else if (BEST_FIRST.compare(result, best.element()) < 0) {
                best.remove();
                best.add(result);
            }
        }
        return best.stream().sorted(BEST_FIRST).toList();
    }

    /** Scores in an order without surprises: zero is zero whatever its sign, and what is not a number is below them all. */
    private static double rank(float score) {
        return Float.isNaN(score) ? Double.NEGATIVE_INFINITY : score + 0.0;
    }

    /** How many texts there are. */
    public int size() {
        return size;
    }

    /** How many numbers an embedding has. */
    public int dimensions() {
        return dimensions;
    }
}
