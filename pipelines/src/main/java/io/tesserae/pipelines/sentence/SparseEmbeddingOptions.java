package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The choices of a sparse embedding.
 *
 * @param promptName which of the model's prompts is put before every text; empty: its default, if it has one
 * @param prompt a prompt of one's own, put before every text as it is; the empty text is none at all
 * @param topK how many words to keep, those with the greatest weights: {@code max_active_dims} of sentence-transformers; empty: all
 * @param batchSize how many texts go through the model together; 0: as many as make good use of it. Answers do not depend
 *     on it, to the last bit.
 */
public record SparseEmbeddingOptions(
        Optional<String> promptName, Optional<String> prompt, OptionalInt topK, int batchSize) {

    /** The model's own prompt, and all words. */
    public static final SparseEmbeddingOptions DEFAULT =
            new SparseEmbeddingOptions(Optional.empty(), Optional.empty(), OptionalInt.empty(), 0);

    /** Checks the ranges. */
    public SparseEmbeddingOptions {
        Prompts.requireOne(promptName, prompt);
        Arguments.require(topK, "topK");
        if (topK.orElse(1) < 1) {
            throw new IllegalArgumentException("topK: expected 1 or more, found " + topK.getAsInt());
        }
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With the model's prompt of this name before every text. */
    public SparseEmbeddingOptions withPromptName(String name) {
        return new SparseEmbeddingOptions(
                Optional.of(Arguments.require(name, "name")), Optional.empty(), topK, batchSize);
    }

    /** With this prompt before every text; the empty one takes the model's default away. */
    public SparseEmbeddingOptions withPrompt(String text) {
        return new SparseEmbeddingOptions(
                Optional.empty(), Optional.of(Arguments.require(text, "text")), topK, batchSize);
    }

    /** With this many words of each text. */
    public SparseEmbeddingOptions withTopK(int words) {
        return new SparseEmbeddingOptions(promptName, prompt, OptionalInt.of(words), batchSize);
    }

    /** With batches of this many texts; 0 leaves it to the pipeline. */
    public SparseEmbeddingOptions withBatchSize(int texts) {
        return new SparseEmbeddingOptions(promptName, prompt, topK, texts);
    }
}
