package io.tesserae.tokenizer.text;

import static io.tesserae.tokenizer.text.UnicodeTables.LETTER;
import static io.tesserae.tokenizer.text.UnicodeTables.NUMBER;
import static io.tesserae.tokenizer.text.UnicodeTables.WHITESPACE;

/**
 * The words of Llama 3, and of others whose vocabularies were cut like {@code cl100k_base} of tiktoken. The reference finds them with the
 * regular expression {@link WordSplitter#cl100kPattern}. Read by hand here: each character belongs to a word, and the alternatives of the
 * expression are told apart by the kinds of the first two characters.
 *
 * @param mostDigits how many digits of a number are a word, at most
 */
record Cl100kWords(int mostDigits) implements WordSplitter {

    private static final UnicodeTables UNICODE = UnicodeTables.INSTANCE;

    private static final int OTHER = 0; // a mark, a sign and so on
    private static final int KINDS = LETTER | NUMBER | WHITESPACE;

    /** Equal to a small s where the case does not count. */
    private static final char LONG_S = '\u017F';

    @Override
    public void split(NormalizedText text, int from, int to, Words words) {
        for (int i = from; i < to; ) {
            int end = end(text.characters(), i, to);
            words.word(text, i, end);
            i = end;
        }
    }

    /** Where the word ends that begins at {@code from}. */
    private int end(char[] text, int from, int to) {
        if (text[from] == '\'') {
            int contraction = contraction(text, from + 1, to);
            if (contraction > 0) {
                return from + 1 + contraction;
            }
        }
        int kind = kind(text, from, to);
        if (kind == LETTER) {
            return runEnd(text, from, to, LETTER);
        }
        if (kind == NUMBER) {
            return digitsEnd(text, from, to);
        }
        int second = from + Character.charCount(CodePoints.at(text, from, to));
        int kindOfSecond = second < to ? kind(text, second, to) : WHITESPACE;
        if (kindOfSecond == LETTER && !isNewline(text[from])) {
            return runEnd(text, second, to, LETTER);
        }
        if (kind == OTHER || text[from] == ' ' && kindOfSecond == OTHER) {
            int end = runEnd(text, kind == OTHER ? from : second, to, OTHER);
            while (end < to && isNewline(text[end])) {
                end++;
            }
            return end;
        }
        return whitespaceEnd(text, from, to);
    }

    /** How many characters of an English contraction stand here, the apostrophe not counted; capitals are as good. */
    private static int contraction(char[] text, int i, int to) {
        if (i == to) {
            return 0;
        }
        int second = i + 1 < to ? text[i + 1] | 0x20 : 0; // small, if it is a letter of ASCII
        return switch (text[i]) {
            case 's', 'S', LONG_S, 't', 'T', 'm', 'M', 'd', 'D' -> 1;
            case 'r', 'R', 'v', 'V' -> second == 'e' ? 2 : 0;
            case 'l', 'L' -> second == 'l' ? 2 : 0;
            default -> 0;
        };
    }

    private int digitsEnd(char[] text, int from, int to) {
        int i = from;
        for (int digits = 0; digits < mostDigits && i < to && kind(text, i, to) == NUMBER; digits++) {
            i += Character.charCount(CodePoints.at(text, i, to));
        }
        return i;
    }

    /** To the last newline there is; or else all, but for the last if a word follows: if it is a space, it belongs to that. */
    private static int whitespaceEnd(char[] text, int from, int to) {
        int end = from;
        int afterNewline = from;
        while (end < to && UNICODE.is(text[end], WHITESPACE)) {
            end++;
            if (isNewline(text[end - 1])) {
                afterNewline = end;
            }
        }
        if (afterNewline > from) {
            return afterNewline;
        }
        return end < to && end > from + 1 ? end - 1 : end;
    }

    private static int runEnd(char[] text, int from, int to, int kind) {
        int i = from;
        while (i < to && kind(text, i, to) == kind) {
            i += Character.charCount(CodePoints.at(text, i, to));
        }
        return i;
    }

    private static boolean isNewline(char c) {
        return c == '\n' || c == '\r';
    }

    private static int kind(char[] text, int i, int to) {
        return UNICODE.flags(CodePoints.at(text, i, to)) & KINDS;
    }
}
