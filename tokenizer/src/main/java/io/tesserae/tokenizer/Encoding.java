package io.tesserae.tokenizer;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A text as a model sees it: one entry for each token, special tokens and padding included, in every array.
 * Immutable; the arrays handed out are copies.
 */
public final class Encoding {

    private static final int NONE = -1;

    private final Tokenizer tokenizer;
    private final int size;
    private final int[] inputIds;
    private final int[] tokenTypeIds;
    private final int[] attentionMask;
    private final int[] specialTokensMask;
    private final int[] wordIds;
    private final int[] sequenceIds;
    private final int[] starts; // in chars
    private final int[] ends;
    private final int[] codePointStarts; // the same arrays, where no text has surrogates
    private final int[] codePointEnds;
    private final String[] surfaces; // what an added token was found as; null where that is the token itself
    private final int truncatedTokens;
    private final List<Encoding> overflow;

    private Encoding(Builder builder) {
        this.tokenizer = builder.tokenizer;
        this.size = builder.inputIds.length;
        this.inputIds = builder.inputIds;
        this.tokenTypeIds = builder.tokenTypeIds;
        this.attentionMask = builder.attentionMask;
        this.specialTokensMask = builder.specialTokensMask;
        this.wordIds = builder.wordIds;
        this.sequenceIds = builder.sequenceIds;
        this.starts = builder.starts;
        this.ends = builder.ends;
        this.codePointStarts = builder.codePointStarts;
        this.codePointEnds = builder.codePointEnds;
        this.surfaces = builder.surfaces;
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
        return specialTokensMask.clone();
    }

    /** The tokens, as {@code ##ing}; an added token looks as it was found in the text. */
    public List<String> tokens() {
        String[] tokens = new String[size];
        for (int i = 0; i < size; i++) {
            tokens[i] = surfaces != null && surfaces[i] != null ? surfaces[i] : tokenizer.idToToken(inputIds[i]);
        }
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

    /** This encoding with padding at one end, and its overflow likewise; as it is where it is that long already. */
    Encoding padded(int length, int padId, Side side) {
        if (length <= size && overflow.isEmpty()) {
            return this;
        }
        Builder padded = new Builder(tokenizer, Math.max(length, size), codePointStarts != starts);
        int padding = Math.max(length - size, 0);
        int first = side == Side.LEFT ? padding : 0; // place of the first token
        for (int i = 0; i < padding; i++) {
            padded.special(side == Side.LEFT ? i : size + i, padId, 0, 0);
        }
        System.arraycopy(inputIds, 0, padded.inputIds, first, size);
        System.arraycopy(tokenTypeIds, 0, padded.tokenTypeIds, first, size);
        System.arraycopy(attentionMask, 0, padded.attentionMask, first, size);
        System.arraycopy(specialTokensMask, 0, padded.specialTokensMask, first, size);
        System.arraycopy(wordIds, 0, padded.wordIds, first, size);
        System.arraycopy(sequenceIds, 0, padded.sequenceIds, first, size);
        System.arraycopy(starts, 0, padded.starts, first, size);
        System.arraycopy(ends, 0, padded.ends, first, size);
        System.arraycopy(codePointStarts, 0, padded.codePointStarts, first, size);
        System.arraycopy(codePointEnds, 0, padded.codePointEnds, first, size);
        if (surfaces != null) {
            padded.surfaces = new String[Math.max(length, size)];
            System.arraycopy(surfaces, 0, padded.surfaces, first, size);
        }
        padded.truncatedTokens = truncatedTokens;
        padded.overflow = overflow.stream()
                .map(window -> window.padded(length, padId, side))
                .toList();
        return padded.build();
    }

    /** The tokens in one line. */
    @Override
    public String toString() {
        return "Encoding" + tokens();
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

    /** Puts an encoding together from windows and special tokens. */
    static final class Builder {

        private final Tokenizer tokenizer;
        private final int[] inputIds;
        private final int[] tokenTypeIds;
        private final int[] attentionMask;
        private final int[] specialTokensMask;
        private final int[] wordIds;
        private final int[] sequenceIds;
        private final int[] starts;
        private final int[] ends;
        private final int[] codePointStarts;
        private final int[] codePointEnds;
        private String[] surfaces;
        private int truncatedTokens;
        private List<Encoding> overflow = List.of();

        /**
         * Everything zero yet.
         *
         * @param surrogates whether a text has surrogates; otherwise its chars are its code points, and share an array
         */
        Builder(Tokenizer tokenizer, int size, boolean surrogates) {
            this.tokenizer = tokenizer;
            this.inputIds = new int[size];
            this.tokenTypeIds = new int[size];
            this.attentionMask = new int[size];
            this.specialTokensMask = new int[size];
            this.wordIds = new int[size];
            this.sequenceIds = new int[size];
            this.starts = new int[size];
            this.ends = new int[size];
            this.codePointStarts = surrogates ? new int[size] : starts;
            this.codePointEnds = surrogates ? new int[size] : ends;
        }

        /** Puts windows into a template. */
        static Builder of(
                Tokenizer tokenizer, List<Template.Piece> template, Truncation.Window first, Truncation.Window second) {
            int size = 0;
            for (Template.Piece piece : template) {
                size += switch (piece) {
                    case Template.Special ignored -> 1;
                    case Template.Sequence sequence -> (sequence.second() ? second : first).size();
                };
            }
            boolean surrogates =
                    first.tokens().hasSurrogates() || second.tokens().hasSurrogates();
            Builder builder = new Builder(tokenizer, size, surrogates);
            int place = 0;
            for (Template.Piece piece : template) {
                switch (piece) {
                    case Template.Special(int id, int typeId) -> builder.special(place++, id, typeId, 1);
                    case Template.Sequence(boolean isSecond, int typeId) -> {
                        Truncation.Window window = isSecond ? second : first;
                        builder.sequence(place, window, isSecond ? 1 : 0, typeId);
                        place += window.size();
                    }
                }
            }
            return builder;
        }

        private void special(int place, int id, int typeId, int attention) {
            inputIds[place] = id;
            tokenTypeIds[place] = typeId;
            attentionMask[place] = attention;
            specialTokensMask[place] = 1;
            wordIds[place] = NONE;
            sequenceIds[place] = NONE;
        }

        private void sequence(int place, Truncation.Window window, int sequenceId, int typeId) {
            TokenSequence tokens = window.tokens();
            tokens.copy(window.from(), window.to(), place, inputIds, wordIds, starts, ends);
            if (codePointStarts != starts) {
                tokens.copyCodePoints(window.from(), window.to(), place, codePointStarts, codePointEnds);
            }
            if (tokens.hasSurfaces()) {
                surfaces = surfaces == null ? new String[inputIds.length] : surfaces;
                for (int i = 0; i < window.size(); i++) {
                    surfaces[place + i] = tokens.surface(window.from() + i);
                }
            }
            Arrays.fill(tokenTypeIds, place, place + window.size(), typeId);
            Arrays.fill(attentionMask, place, place + window.size(), 1);
            Arrays.fill(sequenceIds, place, place + window.size(), sequenceId);
        }

        Builder truncatedTokens(int count) {
            truncatedTokens = count;
            return this;
        }

        Builder overflow(List<Encoding> windows) {
            overflow = List.copyOf(windows);
            return this;
        }

        Encoding build() {
            return new Encoding(this);
        }
    }
}
