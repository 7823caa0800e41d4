package io.tesserae.pipelines.sentence;

/**
 * A text that a search found.
 *
 * @param corpusId which text of the corpus it is, from 0
 * @param score how like the query it is, as the {@link io.tesserae.model.SimilarityFunction} has it; more is more alike
 */
public record SearchResult(int corpusId, float score) {}
