package io.tesserae.pipelines.sentence;

import io.tesserae.model.TokenVectors;

/**
 * The vectors of a text's tokens, and whether all of the text is in them.
 *
 * @param vectors one for each token that counts
 * @param tokens how many tokens the model read
 * @param truncatedTokens how many tokens were cut off because the text was too long; 0 for most
 */
public record LateInteractionEmbedding(TokenVectors vectors, int tokens, int truncatedTokens) {}
