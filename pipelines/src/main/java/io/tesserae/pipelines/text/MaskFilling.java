package io.tesserae.pipelines.text;

/**
 * A token that may stand where a text has a mask.
 *
 * @param score its probability among all tokens of the vocabulary
 * @param token its id
 * @param tokenText the token made into a text: {@code token_str} in transformers
 * @param sequence the whole text with the token in the mask's place, as the tokenizer makes texts of tokens; with its special
 *     tokens where the text has several masks, of which the others are still there
 */
public record MaskFilling(float score, int token, String tokenText, String sequence) {}
