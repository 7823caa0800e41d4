package io.tesserae.tokenizer.piece;

import io.tesserae.tokenizer.text.NormalizedText;

/**
 * Cuts words into pieces of a vocabulary. Immutable, shared by all texts.
 *
 * <p>Everything that differs from one kind of tokenizer to another and is neither normalizing, cutting into words, template nor
 * decoding is behind this: merges, scores, how bytes are spelt, what becomes of what the vocabulary cannot spell. A piece is an
 * id of the vocabulary and the stretch of the text it comes from; two pieces may share a stretch, as the bytes of a character do.
 */
public sealed interface PieceModel permits WordPiece, BytePair, Unigram, SentencePieceUnigram, Bytes {

    /** Something that cuts the words of one text; it may hold scratch memory. */
    Cutter newCutter();

    /** The words of one text, one after the other. */
    interface Cutter {

        /**
         * Appends the tokens of the word {@code text[from, to)}, which is not empty.
         *
         * @param word its number
         * @throws IllegalArgumentException if the vocabulary cannot spell it, and there is no unknown token
         */
        void cut(NormalizedText text, int from, int to, int word, TokenSequence tokens);
    }

    /** A text with SentencePiece's mark of a space before it; a mark that the text has itself is a space. */
    static char[] marked(String text) {
        char mark = '\u2581';
        return (mark + text.replace(mark, ' ')).toCharArray();
    }
}
