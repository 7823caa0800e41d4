package io.tesserae.generation.logits;

import java.util.Arrays;

/** The tokens of one sequence so far: the prompt, and what has been chosen after it. */
public final class TokenHistory {

    private final int padding;
    private final int promptLength;
    private final int maxLength;
    private int[] tokens;
    private int length;

    /**
     * @param padding what stands before the prompt, and rules see as a part of it
     * @param prompt copied
     * @param maxLength tokens that the sequence may have, prompt and padding included
     */
    public TokenHistory(int[] padding, int[] prompt, int maxLength) {
        this.padding = padding.length;
        this.promptLength = padding.length + prompt.length;
        this.maxLength = maxLength;
        this.tokens = Arrays.copyOf(padding, promptLength + 16);
        this.length = promptLength;
        System.arraycopy(prompt, 0, tokens, padding.length, prompt.length);
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

    /** Tokens so far, prompt and padding included. */
    public int length() {
        return length;
    }

    /** Tokens of the prompt, and of the padding before it. */
    public int promptLength() {
        return promptLength;
    }

    /** Tokens of the padding before the prompt. */
    public int padding() {
        return padding;
    }

    /** Tokens chosen so far. */
    public int newTokens() {
        return length - promptLength;
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

    /** A copy of the tokens, without the padding. */
    public int[] toArray() {
        return Arrays.copyOfRange(tokens, padding, length);
    }

    /** A copy of the last tokens, at most so many. */
    public int[] tail(int most) {
        return Arrays.copyOfRange(tokens, Math.max(padding, length - most), length);
    }
}
