package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.SimilarityFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The embeddings of many texts, to search for those that are most like a query: {@code
 * sentence_transformers.util.semantic_search}. The search is exact: it compares the query with every text.
 *
 * <pre>{@code
 * SemanticIndex index = SemanticIndex.of(texts, pipeline);
 * index.write(Path.of("texts.index")); // and SemanticIndex.read(Path.of("texts.index")) another day
 * List<SearchResult> best = index.search(pipeline.embed("How do I cook rice?"), 10);
 * }</pre>
 *
 * <p>Immutable and thread-safe; what is to be added goes through {@link #toBuilder}. It takes four bytes for each number of each
 * embedding, the texts where there are any, and little more.
 */
public final class SemanticIndex {

    private static final Comparator<SearchResult> BEST_FIRST = Comparator.comparingDouble(
                    (SearchResult result) -> -rank(result.score()))
            .thenComparingInt(SearchResult::corpusId);

    private final SimilarityFunction similarity;
    private final int dimensions;
    private final float[][] embeddings; // [size][dimensions], prepared for comparison
    private final List<String> texts; // as many, or none

    SemanticIndex(SimilarityFunction similarity, float[][] embeddings, List<String> texts) {
        this.similarity = similarity;
        this.dimensions = embeddings[0].length;
        this.embeddings = embeddings;
        this.texts = List.copyOf(texts);
    }

    /**
     * An index of texts, which are embedded now, as they are: without a prompt of one's own.
     *
     * @param texts one or more
     * @throws IllegalArgumentException if there are none
     */
    public static SemanticIndex of(List<String> texts, SentenceEmbeddingPipeline pipeline) {
        Arguments.require(pipeline, "pipeline");
        return of(texts, pipeline.embed(texts), pipeline.similarityFunction());
    }

    /**
     * An index of texts and their embeddings, which are copied; what is found says its text.
     *
     * @param texts one or more
     * @param embeddings as many, in the order of the texts, all of the same length
     * @param similarity how they are compared
     * @throws IllegalArgumentException if there are none, their numbers differ, or their lengths
     */
    public static SemanticIndex of(List<String> texts, List<float[]> embeddings, SimilarityFunction similarity) {
        Arguments.requireAll(texts, "texts");
        Arguments.requireAll(embeddings, "embeddings");
        if (texts.size() != embeddings.size()) {
            throw new IllegalArgumentException("texts: expected as many as there are embeddings, " + embeddings.size()
                    + ", found " + texts.size());
        }
        Builder builder = builder(similarity);
        for (int i = 0; i < texts.size(); i++) {
            builder.add(texts.get(i), embeddings.get(i));
        }
        return builder.build();
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
        private final List<String> texts = new ArrayList<>(); // as many, or none

        private Builder(SimilarityFunction similarity) {
            this.similarity = similarity;
        }

        /**
         * Takes a copy of the next embedding.
         *
         * @throws IllegalArgumentException if it is not as long as those before it, or those have texts
         */
        public Builder add(float[] embedding) {
            if (!texts.isEmpty()) {
                throw new IllegalArgumentException("embedding " + size()
                        + " has no text, but those before it have; give all of them texts, or none");
            }
            addEmbedding(embedding);
            return this;
        }

        /**
         * Takes the next text, and a copy of its embedding.
         *
         * @throws IllegalArgumentException if it is not as long as those before it, or those have no texts
         */
        public Builder add(String text, float[] embedding) {
            Arguments.require(text, "text");
            if (texts.size() < size()) {
                throw new IllegalArgumentException("embedding " + size()
                        + " has a text, but those before it have none; give all of them texts, or none");
            }
            addEmbedding(embedding);
            texts.add(text);
            return this;
        }

        private void addEmbedding(float[] embedding) {
            Arguments.require(embedding, "embedding");
            if (!embeddings.isEmpty() && embeddings.getFirst().length != embedding.length) {
                throw new IllegalArgumentException("embedding " + embeddings.size() + " has " + embedding.length
                        + " numbers, and those before it " + embeddings.getFirst().length
                        + "; they are of different models, or cut to different dimensions");
            }
            embeddings.add(similarity.prepare(embedding));
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
            return new SemanticIndex(similarity, embeddings.toArray(float[][]::new), texts);
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
        return best.stream().sorted(BEST_FIRST).map(this::withText).toList();
    }

    private SearchResult withText(SearchResult result) {
        return texts.isEmpty()
                ? result
                : new SearchResult(result.corpusId(), result.score(), Optional.of(texts.get(result.corpusId())));
    }

    /** Begins an index that has all of this one, to which more is added. */
    public Builder toBuilder() {
        Builder builder = new Builder(similarity);
        builder.embeddings.addAll(List.of(embeddings)); // prepared already, and never written to
        builder.texts.addAll(texts);
        return builder;
    }

    /**
     * Writes the index to a file, in place of one that is there; it appears when it is complete. The format is safetensors, with
     * the tensors {@code embeddings}, F32 {@code [texts, dimensions]}, and where there are texts {@code texts}, their UTF-8, and
     * {@code text_ends}, I64, where each of them ends in it.
     *
     * @throws IllegalArgumentException if a text is not well-formed Unicode
     * @throws UncheckedIOException if writing fails
     */
    public void write(Path file) {
        Arguments.require(file, "file");
        try {
            SemanticIndexFile.write(file, similarity, embeddings, texts);
        } catch (IOException e) {
            throw new UncheckedIOException(e.toString(), e);
        }
    }

    /**
     * Reads an index that {@link #write} wrote. It finds the same, to the last bit.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if there is no such file, or it is none of an index
     * @throws UncheckedIOException if reading fails
     */
    public static SemanticIndex read(Path file) {
        Arguments.require(file, "file");
        try {
            return SemanticIndexFile.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e, e);
        }
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

    /** How embeddings are compared. */
    public SimilarityFunction similarityFunction() {
        return similarity;
    }

    /** The texts, in their order; none where the index was given none. */
    public List<String> texts() {
        return texts;
    }

    /** How large it is, and how it compares. */
    @Override
    public String toString() {
        return "semantic index of " + size() + " embeddings of " + dimensions + " numbers, " + similarity.configName()
                + (texts.isEmpty() ? ", without texts" : ", with texts");
    }
}
