package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.SimilarityFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The embeddings of many texts, to search for those that are most like a query: {@code
 * sentence_transformers.util.semantic_search}. The search is exact: it compares the query with every text.
 *
 * <pre>{@code
 * SemanticIndex index = SemanticIndex.of(pipeline.embed(texts), pipeline.similarityFunction());
 * List<SearchResult> best = index.search(pipeline.embed("How do I cook rice?"), 10);
 * }</pre>
 *
 * <p>Immutable and thread-safe. It takes four bytes for each number of each embedding, and little more.
 */
public final class SemanticIndex {

    private static final Comparator<SearchResult> BEST_FIRST = Comparator.comparingDouble(
                    (SearchResult result) -> -rank(result.score()))
            .thenComparingInt(SearchResult::corpusId);

    private final SimilarityFunction similarity;
    private final int dimensions;
    private final float[][] embeddings; // [size][dimensions], prepared for comparison

    private SemanticIndex(SimilarityFunction similarity, float[][] embeddings) {
        this.similarity = similarity;
        this.dimensions = embeddings[0].length;
        this.embeddings = embeddings;
    }

    /**
     * An index of embeddings, which are copied.
     *
     * @param embeddings in the order of the texts; one or more, all of the same length
     * @param similarity how they are compared
     * @throws IllegalArgumentException if there are none, or their lengths differ
     */
    public static SemanticIndex of(List<float[]> embeddings, SimilarityFunction similarity) {
        Builder builder = builder(similarity);
        Arguments.require(embeddings, "embeddings").forEach(builder::add);
        return builder.build();
    }

    /** Begins an index of embeddings that come one by one. */
    public static Builder builder(SimilarityFunction similarity) {
        return new Builder(Arguments.require(similarity, "similarity"));
    }

    /** Gathers embeddings in the order of the texts. */
    public static final class Builder {

        private final SimilarityFunction similarity;
        private final List<float[]> embeddings = new ArrayList<>();

        private Builder(SimilarityFunction similarity) {
            this.similarity = similarity;
        }

        /**
         * Takes a copy of the next embedding.
         *
         * @throws IllegalArgumentException if it is not as long as those before it
         */
        public Builder add(float[] embedding) {
            Arguments.require(embedding, "embedding");
            if (!embeddings.isEmpty() && embeddings.getFirst().length != embedding.length) {
                throw new IllegalArgumentException("embedding " + embeddings.size() + " has " + embedding.length
                        + " numbers, and those before it " + embeddings.getFirst().length
                        + "; they are of different models, or cut to different dimensions");
            }
            embeddings.add(similarity.prepare(embedding));
            return this;
        }

        /** How many embeddings there are so far. */
        public int size() {
            return embeddings.size();
        }

        /**
         * The index.
         *
         * @throws IllegalArgumentException if there is no embedding
         */
        public SemanticIndex build() {
            if (embeddings.isEmpty()) {
                throw new IllegalArgumentException("an index needs one embedding or more, found none");
            }
            return new SemanticIndex(similarity, embeddings.toArray(float[][]::new));
        }
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
        Arguments.require(query, "query");
        if (query.length != dimensions) {
            throw new IllegalArgumentException(
                    "a query of " + query.length + " numbers cannot be compared with" + " embeddings of " + dimensions
                            + "; they are of different models, or cut to different dimensions");
        }
        if (topK < 1) {
            throw new IllegalArgumentException("topK: expected 1 or more, found " + topK);
        }
        float[] prepared = similarity.prepare(query);
        PriorityQueue<SearchResult> best = new PriorityQueue<>(BEST_FIRST.reversed()); // the worst of the best first
        for (int i = 0; i < embeddings.length; i++) {
            float score = similarity.compare(prepared, embeddings[i]);
            if (best.size() < topK) {
                best.add(new SearchResult(i, score));
            } else if (rank(score) > rank(best.element().score())) {
                best.remove();
                best.add(new SearchResult(i, score));
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
        return embeddings.length;
    }

    /** How many numbers an embedding has. */
    public int dimensions() {
        return dimensions;
    }
}
