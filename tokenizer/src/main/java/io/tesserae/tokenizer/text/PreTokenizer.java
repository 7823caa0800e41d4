package io.tesserae.tokenizer.text;

/**
 * The stage between normalizing and WordPiece: cuts at whitespace, which is dropped, and around every punctuation mark,
 * which is a word of its own.
 */
final class PreTokenizer {

    private static final UnicodeTables UNICODE = UnicodeTables.INSTANCE;

    private static final int SEPARATORS = UnicodeTables.WHITESPACE | UnicodeTables.PUNCTUATION;
    private static final byte[] ASCII = new byte[128]; // flags of each, SEPARATORS only: they fit

    static {
        for (int c = 0; c < ASCII.length; c++) {
            ASCII[c] = (byte) (UNICODE.flags(c) & SEPARATORS);
        }
    }

    private PreTokenizer() {}

    /** Cuts {@code text[from, to)} into words. */
    static void split(NormalizedText text, int from, int to, WordSplitter.Words words) {
        char[] characters = text.characters();
        int start = from; // of the word that is being read
        for (int i = from; i < to; ) {
            char c = characters[i];
            int length = 1;
            int separator;
            if (c < ASCII.length) {
                separator = ASCII[c];
            } else {
                int codePoint = Character.codePointAt(characters, i, to);
                length = Character.charCount(codePoint);
                separator = UNICODE.flags(codePoint) & SEPARATORS;
            }
            if (separator != 0) {
                if (start < i) {
                    words.word(text, start, i);
                }
                if ((separator & UnicodeTables.PUNCTUATION) != 0) {
                    words.word(text, i, i + length);
                }
                start = i + length;
            }
            i += length;
        }
        if (start < to) {
            words.word(text, start, to);
        }
    }
}
