package io.tesserae.tokenizer;

import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A text as a model sees it: one entry for each token, special tokens and padding included, in every array. It knows all it
 * answers by itself, and no tokenizer. Immutable; the arrays handed out are copies.
 */
public final class Encoding {

    /** The word and the sequence of special tokens and padding. */
    static final int NONE = -1;

    private static final int MOST_SHOWN = 64; // tokens, in one line

    private final int size;
    private final int[] inputIds;
    private final String[] tokens;
    private final int[] tokenTypeIds;
    private final int[] attentionMask;
    private final int[] wordIds;
    private final int[] sequenceIds; // NONE says also what is special
    private final int[] starts; // in chars
    private final int[] ends;
    private final int[] codePointStarts; // the same arrays, where no text has surrogates
    private final int[] codePointEnds;
    private final int truncatedTokens;
    private final List<Encoding> overflow;

    /** Keeps the builder's arrays, which the builder does not touch again. */
    Encoding(EncodingBuilder builder) {
        this.size = builder.inputIds.length;
        this.inputIds = builder.inputIds;
        this.tokens = builder.tokens;
        this.tokenTypeIds = builder.tokenTypeIds;
        this.attentionMask = builder.attentionMask;
        this.wordIds = builder.wordIds;
        this.sequenceIds = builder.sequenceIds;
        this.starts = builder.starts;
        this.ends = builder.ends;
        this.codePointStarts = builder.codePointStarts;
        this.codePointEnds = builder.codePointEnds;
        this.truncatedTokens = builder.truncatedTokens;
        this.overflow = builder.overflow;
    }

    /** The number of tokens. */
    public int size() {
        return size;
    }

    /** The tokens' ids in the vocabulary. */
    public int[] inputIds() {
        return inputIds.clone();
    }

    /** 0 for the first sequence's tokens, 1 for the second's and the separator after it. */
    public int[] tokenTypeIds() {
        return tokenTypeIds.clone();
    }

    /** 1 for each token, 0 for padding. */
    public int[] attentionMask() {
        return attentionMask.clone();
    }

    /**
     * 1 for the tokens that the template or padding added, 0 for those of the text; a {@code [SEP]} in the text is of
     * the text.
     */
    public int[] specialTokensMask() {
        int[] mask = new int[size];
        for (int i = 0; i < size; i++) {
            mask[i] = sequenceIds[i] == NONE ? 1 : 0;
        }
        return mask;
    }

    /** The tokens, as {@code ##ing}; an added token looks as it was found in the text. */
    public List<String> tokens() {
        return List.of(tokens);
    }

    /**
     * Where each token stands in its text, counted in code points, as Python does; (0, 0) for special tokens and
     * padding.
     */
    public List<Span> offsets() {
        return new Spans(codePointStarts, codePointEnds);
    }

    /**
     * Where each token stands in its text, counted in chars, as {@link String#substring} does; (0, 0) as in {@link
     * #offsets}.
     */
    public List<Span> utf16Offsets() {
        return new Spans(starts, ends);
    }

    /** The word of its text that each token belongs to, counted from 0; -1 for special tokens and padding. */
    public int[] wordIds() {
        return wordIds.clone();
    }

    /** 0 for the first text's tokens, 1 for the second's, -1 for special tokens and padding. */
    public int[] sequenceIds() {
        return sequenceIds.clone();
    }

    // --- Between texts, words and tokens ---

    /**
     * The token that a char of a text became a part of, chars counted as {@link String#charAt} does; empty for whitespace and
     * whatever else became no token.
     *
     * @param sequence 0 for the first text, 1 for the second
     * @param index within the text; of a text that came as words, within any of them: the first with a token there counts
     */
    public OptionalInt charToToken(int sequence, int index) {
        return tokenAt(sequence, index, starts, ends);
    }

    /** The same, with characters counted as code points, as Python's {@code char_to_token} does. */
    public OptionalInt codePointToToken(int sequence, int index) {
        return tokenAt(sequence, index, codePointStarts, codePointEnds);
    }

    private OptionalInt tokenAt(int sequence, int index, int[] starts, int[] ends) {
        return IntStream.range(0, size)
                .filter(token -> sequenceIds[token] == sequence && starts[token] <= index && index < ends[token])
                .findFirst();
    }

    /**
     * The tokens of a word, as places in this encoding; empty where truncation took them.
     *
     * @param sequence 0 for the first text, 1 for the second
     * @param word as {@link #wordIds()} counts them
     */
    public Optional<Span> wordToTokens(int sequence, int word) {
        int first = 0;
        while (first < size && !isOf(first, sequence, word)) {
            first++;
        }
        int end = first;
        while (end < size && isOf(end, sequence, word)) {
            end++;
        }
        return first == end ? Optional.empty() : Optional.of(new Span(first, end));
    }

    private boolean isOf(int token, int sequence, int word) {
        return sequenceIds[token] == sequence && wordIds[token] == word;
    }

    /** The chars of a word, as far as its tokens cover it; empty as {@link #wordToTokens}. */
    public Optional<Span> wordToChars(int sequence, int word) {
        return wordToTokens(sequence, word).map(tokens -> new Span(starts[tokens.start()], ends[tokens.end() - 1]));
    }

    /** The same, with characters counted as code points, as Python's {@code word_to_chars} does. */
    public Optional<Span> wordToCodePoints(int sequence, int word) {
        return wordToTokens(sequence, word)
                .map(tokens -> new Span(codePointStarts[tokens.start()], codePointEnds[tokens.end() - 1]));
    }

    /** The word that a char of a text belongs to; empty as {@link #charToToken}. */
    public OptionalInt charToWord(int sequence, int index) {
        return wordOf(charToToken(sequence, index));
    }

    /** The same, with characters counted as code points, as Python's {@code char_to_word} does. */
    public OptionalInt codePointToWord(int sequence, int index) {
        return wordOf(codePointToToken(sequence, index));
    }

    private OptionalInt wordOf(OptionalInt token) {
        return token.isPresent() ? OptionalInt.of(wordIds[token.getAsInt()]) : token;
    }

    // --- What was too long, or too short ---

    /** How many tokens truncation took from the two texts; 0 if the encoding is complete. */
    public int truncatedTokens() {
        return truncatedTokens;
    }

    /** The further windows over a text that was too long, if {@link EncodingOptions#withOverflow} asked for them. */
    public List<Encoding> overflow() {
        return overflow;
    }

    // --- Other encodings of it

    /**
     * This encoding with another token at some places, as a mask token where a model is to guess. Where tokens stand in their text, their
     * words and all else stay as they are; overflow is left out.
     *
     * @param places the tokens to replace, as places in this encoding
     * @param id of the new token
     * @param token the new token
     * @throws IllegalArgumentException if a place is not in this encoding
     */
    public Encoding withTokenAt(int[] places, int id, String token) {
        Arguments.require(places, "places");
        Arguments.require(token, "token");
        EncodingBuilder replaced = new EncodingBuilder(size, codePointStarts != starts);
        copyTo(replaced, 0);
        for (int place : places) {
            if (place < 0 || place >= size) {
                throw new IllegalArgumentException("places: expected places among " + size + " tokens, found " + place);
            }
            replaced.inputIds[place] = id;
            replaced.tokens[place] = token;
        }
        replaced.truncatedTokens = truncatedTokens;
        return replaced.build();
    }

    /** This encoding with padding at one end, and its overflow too; as it is where it is that long already. */
    Encoding padded(int length, int padId, String padToken, Side side) {
        if (length <= size && overflow.isEmpty()) {
            return this;
        }
        EncodingBuilder padded = new EncodingBuilder(Math.max(length, size), codePointStarts != starts);
        int padding = Math.max(length - size, 0);
        int first = side == Side.LEFT ? padding : 0; // place of the first token
        for (int i = 0; i < padding; i++) {
            padded.special(side == Side.LEFT ? i : size + i, padId, padToken, 0, 0);
        }
        copyTo(padded, first);
        padded.truncatedTokens = truncatedTokens;
        padded.overflow = overflow.stream()
                .map(window -> window.padded(length, padId, padToken, side))
                .toList();
        return padded.build();
    }

    private void copyTo(EncodingBuilder builder, int place) {
        System.arraycopy(inputIds, 0, builder.inputIds, place, size);
        System.arraycopy(tokens, 0, builder.tokens, place, size);
        System.arraycopy(tokenTypeIds, 0, builder.tokenTypeIds, place, size);
        System.arraycopy(attentionMask, 0, builder.attentionMask, place, size);
        System.arraycopy(wordIds, 0, builder.wordIds, place, size);
        System.arraycopy(sequenceIds, 0, builder.sequenceIds, place, size);
        System.arraycopy(starts, 0, builder.starts, place, size);
        System.arraycopy(ends, 0, builder.ends, place, size);
        System.arraycopy(codePointStarts, 0, builder.codePointStarts, place, size);
        System.arraycopy(codePointEnds, 0, builder.codePointEnds, place, size);
    }

    /** What it is, and its tokens: {@code Encoding of 3 tokens [[CLS], hello, [SEP]]}. */
    @Override
    public String toString() {
        String further = truncatedTokens == 0 ? "" : ", " + truncatedTokens + " more were cut off";
        String shown = size <= MOST_SHOWN
                ? tokens().toString()
                : tokens().subList(0, MOST_SHOWN).toString().replaceFirst("\\]$", ", ...]");
        return "Encoding of " + size + (size == 1 ? " token " : " tokens ") + shown + further;
    }

    /** The spans that two arrays say; made when asked for. */
    private static final class Spans extends AbstractList<Span> {
        private final int[] starts;
        private final int[] ends;

        Spans(int[] starts, int[] ends) {
            this.starts = starts;
            this.ends = ends;
        }

        @Override
        public Span get(int index) {
            return new Span(starts[index], ends[index]);
        }

        @Override
        public int size() {
            return starts.length;
        }
    }
}
