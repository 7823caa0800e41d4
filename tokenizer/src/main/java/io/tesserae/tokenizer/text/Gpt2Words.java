package io.tesserae.tokenizer.text;

import static io.tesserae.tokenizer.text.UnicodeTables.LETTER;
import static io.tesserae.tokenizer.text.UnicodeTables.NUMBER;
import static io.tesserae.tokenizer.text.UnicodeTables.WHITESPACE;

/**
 * The words of GPT-2 (Radford et al. 2019, {@code pat} of its encoder), which the reference finds with the regular expression {@link
 * WordSplitter#GPT2_PATTERN}. Read by hand here: every character belongs to a word, and where a word ends shows at the first character that is of another
 * kind.
 */
final class Gpt2Words implements WordSplitter {

    private static final UnicodeTables UNICODE = UnicodeTables.INSTANCE;

    private static final int KINDS = LETTER | NUMBER | WHITESPACE; // none of them: a mark, a sign and so on
    private static final int[] ASCII = new int[128]; // the kind of each

    static {
        for (int c = 0; c < ASCII.length; c++) {
            ASCII[c] = UNICODE.flags(c) & KINDS;
        }
    }

    @Override
    public void split(NormalizedText text, int from, int to, Words words) {
        for (int i = from; i < to; ) {
            int end = end(text.characters(), i, to);
            words.word(text, i, end);
            i = end;
        }
    }

    /** Where the word ends that begins at {@code from}; characters from {@code to} on are not looked at. */
    static int end(char[] text, int from, int to) {
        char first = text[from];
        if (first == '\'') {
            int contraction = contraction(text, from + 1, to);
            if (contraction > 0) {
                return from + 1 + contraction;
            }
        }
        int start = first == ' ' && from + 1 < to ? from + 1 : from;
        int kind = kind(text, start, to);
        return kind == WHITESPACE ? whitespaceEnd(text, from, to) : runEnd(text, start, to, kind);
    }

    /** How many characters of an English contraction stand here, the apostrophe not counted; small letters only. */
    private static int contraction(char[] text, int i, int to) {
        if (i == to) {
            return 0;
        }
        char second = i + 1 < to ? text[i + 1] : 0;
        return switch (text[i]) {
            case 's', 't', 'm', 'd' -> 1;
            case 'r', 'v' -> second == 'e' ? 2 : 0;
            case 'l' -> second == 'l' ? 2 : 0;
            default -> 0;
        };
    }

    /** All whitespace there is, but for the last: if that is a space, the next word begins with it. */
    private static int whitespaceEnd(char[] text, int from, int to) {
        int end = from + 1;
        while (end < to && UNICODE.is(text[end], WHITESPACE)) {
            end++;
        }
        return end < to && end > from + 1 ? end - 1 : end;
    }

    private static int runEnd(char[] text, int from, int to, int kind) {
        int i = from;
        while (i < to && kind(text, i, to) == kind) {
            i += text[i] < ASCII.length ? 1 : Character.charCount(CodePoints.at(text, i, to));
        }
        return i;
    }

    private static int kind(char[] text, int i, int to) {
        char c = text[i];
        return c < ASCII.length ? ASCII[c] : UNICODE.flags(CodePoints.at(text, i, to)) & KINDS;
    }

    /**
     * The words of CLIP (Radford et al. 2021, {@code pat} of its {@code simple_tokenizer.py}), which the reference finds with the regular
     * expression {@link WordSplitter#CLIP_PATTERN}: as GPT-2's, but the whitespace is between the words, and each number is one by itself.
     *
     * @param marks whether the two special tokens, where they were not found as such, are words; with {@link WordSplitter#CLIP_MARKS} in front of
     *     the expression
     */
    record OfClip(boolean marks) implements WordSplitter {

        private static final String[] MARKS = {"<|startoftext|>", "<|endoftext|>"};

        @Override
        public void split(NormalizedText text, int from, int to, Words words) {
            char[] characters = text.characters();
            for (int i = from; i < to; ) {
                int end = end(characters, i, to);
                if (Gpt2Words.kind(characters, i, to) != WHITESPACE) {
                    words.word(text, i, end);
                }
                i = end;
            }
        }

        /** Where the word ends that begins here, or the character, if it is whitespace. */
        private int end(char[] text, int from, int to) {
            int ofMark = marks ? markLength(text, from, to) : 0;
            if (ofMark > 0) {
                return from + ofMark;
            }
            int contraction = text[from] == '\'' ? contraction(text, from + 1, to) : 0;
            if (contraction > 0) {
                return from + 1 + contraction;
            }
            int kind = Gpt2Words.kind(text, from, to);
            int end = from + Character.charCount(CodePoints.at(text, from, to));
            while ((kind == LETTER || kind == 0) && end < to && Gpt2Words.kind(text, end, to) == kind) {
                end += Character.charCount(CodePoints.at(text, end, to));
            }
            return end;
        }

        private static int markLength(char[] text, int from, int to) {
            for (String mark : MARKS) {
                int i = 0;
                while (i < mark.length() && from + i < to && text[from + i] == mark.charAt(i)) {
                    i++;
                }
                if (i == mark.length()) {
                    return i;
                }
            }
            return 0;
        }
    }
}
