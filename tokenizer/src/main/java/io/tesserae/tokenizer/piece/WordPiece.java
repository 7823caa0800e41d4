package io.tesserae.tokenizer.piece;

import io.tesserae.tokenizer.text.NormalizedText;
import java.util.OptionalInt;

/**
 * Cuts a word into the pieces that the vocabulary knows, from the left, each as long as possible (Schuster and Nakajima 2012; Wu
 * et al. 2016, section 4.1). A word that cannot be cut so is one unknown token; where there is none, the text is refused.
 *
 * @param beginnings the pieces that words begin with
 * @param continuations those inside a word, without the prefix that marks them
 * @param unknownId of the unknown token; -1 where there is none
 * @param maxInputCharsPerWord words of more code points than this are unknown
 */
public record WordPiece(TokenIndex beginnings, TokenIndex continuations, int unknownId, int maxInputCharsPerWord)
        implements PieceModel {

    private static final int NO_UNKNOWN = -1;

    private static final int MOST_SHOWN = 60; // chars of a word in a message

    /**
     * The model over a vocabulary.
     *
     * @param tokens by id; null where there is none
     * @param prefix marks a piece inside a word
     * @param unknownId of the unknown token; empty where there is none
     * @param maxInputCharsPerWord words of more code points than this are unknown
     */
    public static WordPiece of(String[] tokens, String prefix, OptionalInt unknownId, int maxInputCharsPerWord) {
        return new WordPiece(
                new TokenIndex(tokens, ""),
                new TokenIndex(tokens, prefix),
                unknownId.orElse(NO_UNKNOWN),
                maxInputCharsPerWord);
    }

    @Override
    public Cutter newCutter() {
        return new WordCutter();
    }

    /** With scratch memory for one text. */
    private final class WordCutter implements Cutter {

        private final int[] prefixHashes;

        WordCutter() {
            long longestToken = Math.max(beginnings.longest(), continuations.longest());
            this.prefixHashes = new int[(int) Math.min(longestToken, 2L * maxInputCharsPerWord)];
        }

        @Override
        public void cut(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
            char[] characters = text.characters();
            int first = tokens.size();
            if (isTooLong(characters, from, to)) {
                addUnknown(text, from, to, word, tokens);
                return;
            }
            TokenIndex index = beginnings;
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
                index = continuations;
            }
        }
    }

    private void addUnknown(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
        if (unknownId == NO_UNKNOWN) {
            String shown =
                    to - from > MOST_SHOWN ? text.substring(from, from + MOST_SHOWN) + "..." : text.substring(from, to);
            throw new IllegalArgumentException("the vocabulary cannot spell \"" + shown
                    + "\", and the tokenizer has no unknown token to stand for it; leave the word out, or give the"
                    + " tokenizer an unk_token");
        }
        tokens.add(unknownId, word, text.start(from), text.end(to - 1));
    }

    /** The limit counts code points, so a word is looked at closely only if its chars exceed it. */
    private boolean isTooLong(char[] characters, int from, int to) {
        return to - from > maxInputCharsPerWord
                && Character.codePointCount(characters, from, to - from) > maxInputCharsPerWord;
    }
}
