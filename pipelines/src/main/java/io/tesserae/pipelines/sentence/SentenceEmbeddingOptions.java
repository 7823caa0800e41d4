package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The choices of a sentence embedding.
 *
 * @param promptName which of the model's prompts is put before every text; empty: its default, if it has one
 * @param prompt a prompt of one's own, put before every text as it is, as {@code "query: "}; the empty text is none at all
 * @param dimensions how many numbers of an embedding to keep, from its beginning, which makes sense for models that were
 *     trained for it (Kusupati et al., Matryoshka representation learning, arXiv 2205.13147); empty: as the model says.
 *     What is cut is not brought to unit length again, unless {@code normalize} says so.
 * @param normalize whether embeddings are divided by their length in the end, whatever the model does
 * @param batchSize how many texts go through the model together; 0: as many as make good use of it. Answers do not depend
 *     on it, to the last bit.
 */
public record SentenceEmbeddingOptions(
        Optional<String> promptName,
        Optional<String> prompt,
        OptionalInt dimensions,
        boolean normalize,
        int batchSize) {

    /** The model's own prompt and dimensions: the defaults of sentence-transformers. */
    public static final SentenceEmbeddingOptions DEFAULT =
            new SentenceEmbeddingOptions(Optional.empty(), Optional.empty(), OptionalInt.empty(), false, 0);

    /** Checks the ranges. */
    public SentenceEmbeddingOptions {
        Prompts.requireOne(promptName, prompt);
        Arguments.require(dimensions, "dimensions");
        if (dimensions.orElse(1) < 1) {
            throw new IllegalArgumentException("dimensions: expected 1 or more, found " + dimensions.getAsInt());
        }
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With the model's prompt of this name before every text. */
    public SentenceEmbeddingOptions withPromptName(String name) {
        return new SentenceEmbeddingOptions(
                Optional.of(Arguments.require(name, "name")), Optional.empty(), dimensions, normalize, batchSize);
    }

    /** With this prompt before every text; the empty one takes the model's default away. */
    public SentenceEmbeddingOptions withPrompt(String text) {
        return new SentenceEmbeddingOptions(
                Optional.empty(), Optional.of(Arguments.require(text, "text")), dimensions, normalize, batchSize);
    }

    /** With this many numbers in an embedding. */
    public SentenceEmbeddingOptions withDimensions(int numbers) {
        return new SentenceEmbeddingOptions(promptName, prompt, OptionalInt.of(numbers), normalize, batchSize);
    }

    /** With embeddings of unit length, or as the model makes them. */
    public SentenceEmbeddingOptions withNormalize(boolean unitLength) {
        return new SentenceEmbeddingOptions(promptName, prompt, dimensions, unitLength, batchSize);
    }

    /** With batches of this many texts; 0 leaves it to the pipeline. */
    public SentenceEmbeddingOptions withBatchSize(int texts) {
        return new SentenceEmbeddingOptions(promptName, prompt, dimensions, normalize, texts);
    }
}
