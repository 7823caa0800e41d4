package io.tesserae.generation.logits;

import java.util.Arrays;

/** The tokens of one sequence so far: the prompt, and what has been chosen after it. */
public final class TokenHistory {

    private final int promptLength;
    private final int padding;
    private final int maxLength;
    private int[] tokens;
    private int length;

    /**
     * @param prompt copied
     * @param padding how many tokens of padding {@code max_length} and {@code min_length} count before the prompt
     * @param maxLength tokens that the sequence may have, prompt included and padding not
     */
    public TokenHistory(int[] prompt, int padding, int maxLength) {
        this.promptLength = prompt.length;
        this.padding = padding;
        this.maxLength = maxLength;
        this.tokens = Arrays.copyOf(prompt, prompt.length + 16);
        this.length = prompt.length;
    }

    private TokenHistory(TokenHistory original) {
        this.promptLength = original.promptLength;
        this.padding = original.padding;
        this.maxLength = original.maxLength;
        this.tokens = original.tokens.clone();
        this.length = original.length;
    }

    /** One with the same tokens, that goes its own way. */
    public TokenHistory copy() {
        return new TokenHistory(this);
    }

    /** A copy with one token more. */
    public TokenHistory with(int token) {
        TokenHistory longer = copy();
        longer.append(token);
        return longer;
    }

    public void append(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, length + length / 2 + 16);
        }
        tokens[length++] = token;
    }

    public int token(int index) {
        return tokens[index];
    }

    /** Tokens so far, prompt included. */
    public int length() {
        return length;
    }

    public int promptLength() {
        return promptLength;
    }

    /** Tokens chosen so far. */
    public int newTokens() {
        return length - promptLength;
    }

    /** What {@code min_length} counts: the length with the padding before it. */
    public int paddedLength() {
        return length + padding;
    }

    public int maxLength() {
        return maxLength;
    }

    /** Whether no further token may be chosen. */
    public boolean isFull() {
        return length >= maxLength;
    }

    /** Whether the last tokens are the first {@code count} of a sequence. */
    boolean endsWith(int[] sequence, int count) {
        return count <= length && Arrays.equals(tokens, length - count, length, sequence, 0, count);
    }

    /** Whether the {@code count} tokens at two places are the same. */
    boolean repeats(int place, int otherPlace, int count) {
        return Arrays.equals(tokens, place, place + count, tokens, otherPlace, otherPlace + count);
    }

    /** A copy of the tokens. */
    public int[] toArray() {
        return Arrays.copyOf(tokens, length);
    }

    /** A copy of the last tokens, at most so many. */
    public int[] tail(int most) {
        return Arrays.copyOfRange(tokens, Math.max(0, length - most), length);
    }
}
