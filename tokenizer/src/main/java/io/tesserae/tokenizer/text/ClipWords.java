package io.tesserae.tokenizer.text;

import static io.tesserae.tokenizer.text.UnicodeTables.LETTER;
import static io.tesserae.tokenizer.text.UnicodeTables.NUMBER;
import static io.tesserae.tokenizer.text.UnicodeTables.WHITESPACE;

/**
 * The words of CLIP (Radford et al. 2021, {@code pat} of its {@code simple_tokenizer.py}), which the reference finds with the regular
 * expression {@link WordSplitter#CLIP_PATTERN}: as GPT-2's, but the whitespace is between the words, and each number is one by itself.
 *
 * @param marks whether the two special tokens, where they were not found as such, are words; with {@link WordSplitter#CLIP_MARKS} in front of
 *     the expression
 */
record ClipWords(boolean marks) implements WordSplitter {

    private static final UnicodeTables UNICODE = UnicodeTables.INSTANCE;
    private static final int KINDS = LETTER | NUMBER | WHITESPACE;
    private static final String[] MARKS = {"<|startoftext|>", "<|endoftext|>"};

    @Override
    public void split(NormalizedText text, int from, int to, Words words) {
        char[] characters = text.characters();
        for (int i = from; i < to; ) {
            int end = end(characters, i, to);
            if (kind(characters, i, to) != WHITESPACE) {
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
        int contraction = text[from] == '\'' ? Gpt2Words.contraction(text, from + 1, to) : 0;
        if (contraction > 0) {
            return from + 1 + contraction;
        }
        int kind = kind(text, from, to);
        int end = from + Character.charCount(CodePoints.at(text, from, to));
        while ((kind == LETTER || kind == 0) && end < to && kind(text, end, to) == kind) {
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

    private static int kind(char[] text, int i, int to) {
        return UNICODE.flags(CodePoints.at(text, i, to)) & KINDS;
    }
}
