package io.tesserae.pipelines.text;

import io.tesserae.tensor.Tensor;

/**
 * What an encoder makes of one text.
 *
 * @param hiddenStates {@code [tokens, hidden]}: the last hidden state of each token, special ones included
 * @param truncatedTokens how many tokens were cut off because the text was too long for the model; 0 for most
 */
public record TextFeatures(Tensor hiddenStates, int truncatedTokens) {}
