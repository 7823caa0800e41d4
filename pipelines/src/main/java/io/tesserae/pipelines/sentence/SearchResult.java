package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import java.util.Optional;

/**
 * A text that a search found.
 *
 * @param corpusId which text of the corpus it is, from 0
 * @param score how like the query it is, as the {@link io.tesserae.model.SimilarityFunction} has it; more is more alike
 * @param text the text itself; empty where the index was given none
 */
public record SearchResult(int corpusId, float score, Optional<String> text) {

    /** Checks that there is a text or none. */
    public SearchResult {
        Arguments.require(text, "text");
    }

    /** A result of an index without texts. */
    public SearchResult(int corpusId, float score) {
        this(corpusId, score, Optional.empty());
    }
}
