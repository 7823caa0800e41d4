package io.tesserae.pipelines;

/**
 * The embedding of a text, and whether all of the text is in it.
 *
 * @param vector {@code [dimensions]}
 * @param truncatedTokens how many tokens were cut off because the text was too long for the model; 0 for most
 */
public record SentenceEmbedding(float[] vector, int truncatedTokens) {}
