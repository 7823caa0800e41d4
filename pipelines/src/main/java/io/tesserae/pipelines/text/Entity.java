package io.tesserae.pipelines.text;

import io.tesserae.tokenizer.Span;
import java.util.OptionalInt;

/**
 * A stretch of a text and the label that a model gave it: a person, a place; or a single token, where tokens are not
 * {@linkplain AggregationStrategy aggregated}.
 *
 * @param label as {@code id2label} names it for a token; without {@code B-} and {@code I-} for an entity
 * @param score a probability: that of the label at the token, or the mean over an entity's words or tokens
 * @param index a single token's place among the text's tokens, special ones counted; empty for an entity
 * @param word the tokens made into a text again, which is lower-cased where the model is; for the text's own spelling take
 *     {@code text.substring(start, end)}
 * @param start where it begins in the text, counted in chars, as {@link String#substring} does
 * @param end where it ends, likewise: the char after the last
 * @param codePoints the same place counted in code points, as Python does: transformers' {@code start} and {@code end}
 */
public record Entity(String label, float score, OptionalInt index, String word, int start, int end, Span codePoints) {}
