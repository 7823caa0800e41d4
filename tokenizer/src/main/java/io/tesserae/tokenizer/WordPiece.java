package io.tesserae.tokenizer;

/**
 * The last stage for a word: cuts it into the pieces that the vocabulary knows, from the left, each as long as possible
 * (Schuster and Nakajima 2012; Wu et al. 2016, section 4.1). A word that cannot be cut so is one unknown token; where there is none,
 * the text is refused.
 *
 * <p>One per encoded text: it holds scratch memory.
 */
final class WordPiece {

    /** The {@code unknownId} of a model that has no unknown token. */
    static final int NO_UNKNOWN = -1;

    private static final int MOST_SHOWN = 60; // chars of a word in a message

    /** The model's part of a tokenizer, shared by all texts. */
    record Model(TokenIndex beginnings, TokenIndex continuations, int unknownId, int maxInputCharsPerWord) {}

    private final Model model;
    private final int[] prefixHashes;

    WordPiece(Model model) {
        this.model = model;
        long longestToken = Math.max(model.beginnings.longest(), model.continuations.longest());
        this.prefixHashes = new int[(int) Math.min(longestToken, 2L * model.maxInputCharsPerWord)];
    }

    /** Appends the tokens of the word {@code text[from, to)}. */
    void tokenize(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
        char[] characters = text.characters();
        int first = tokens.size();
        if (isTooLong(characters, from, to)) {
            addUnknown(text, from, to, word, tokens);
            return;
        }
        TokenIndex index = model.beginnings;
        for (int start = from; start < to; ) {
            int entry = index.longestMatch(characters, start, to, prefixHashes);
            if (entry < 0) {
                tokens.removeFrom(first);
                addUnknown(text, from, to, word, tokens);
                return;
            }
            int end = start + index.length(entry);
            tokens.add(index.id(entry), word, text.start(start), text.end(end - 1));
            start = end;
            index = model.continuations;
        }
    }

    private void addUnknown(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
        if (model.unknownId == NO_UNKNOWN) {
            String shown =
                    to - from > MOST_SHOWN ? text.substring(from, from + MOST_SHOWN) + "..." : text.substring(from, to);
            throw new IllegalArgumentException("the vocabulary cannot spell \"" + shown
                    + "\", and the tokenizer has no unknown token to stand for it; leave the word out, or give the"
                    + " tokenizer an unk_token");
        }
        tokens.add(model.unknownId, word, text.start(from), text.end(to - 1));
    }

    /** The limit counts code points, so a word is looked at closely only if its chars exceed it. */
    private boolean isTooLong(char[] characters, int from, int to) {
        return to - from > model.maxInputCharsPerWord
                && Character.codePointCount(characters, from, to - from) > model.maxInputCharsPerWord;
    }
}
