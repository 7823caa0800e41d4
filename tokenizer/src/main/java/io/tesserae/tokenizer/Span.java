package io.tesserae.tokenizer;

/**
 * A stretch of text, half open.
 *
 * @param start the first position
 * @param end the position after the last
 */
public record Span(int start, int end) {}
