package io.tesserae.tokenizer;

import static io.tesserae.tokenizer.UnicodeTables.DIGIT;
import static io.tesserae.tokenizer.UnicodeTables.PUNCTUATION;
import static io.tesserae.tokenizer.UnicodeTables.WHITESPACE;
import static io.tesserae.tokenizer.UnicodeTables.WORD;

import java.util.List;
import java.util.function.IntUnaryOperator;

/** Cuts a stretch of normalized text into words. */
interface WordSplitter {

    /** Hands on the words of {@code characters[from, to)}, in order, none empty. */
    void split(char[] characters, int from, int to, PreTokenizer.Words words);

    /** The splitter that a tokenizer's settings ask for. */
    static WordSplitter of(PreTokenization preTokenization) {
        return switch (preTokenization) {
            case PreTokenization.Bert() -> PreTokenizer::split;
            case PreTokenization.Whitespace() ->
                new ByKind(flags -> {
                    if ((flags & WHITESPACE) != 0) {
                        return ByKind.BETWEEN;
                    }
                    return (flags & WORD) != 0 ? ByKind.FIRST_RUN : ByKind.SECOND_RUN;
                });
            case PreTokenization.WhitespaceSplit() ->
                new ByKind(flags -> (flags & WHITESPACE) != 0 ? ByKind.BETWEEN : ByKind.FIRST_RUN);
            case PreTokenization.Punctuation() ->
                new ByKind(flags -> (flags & PUNCTUATION) != 0 ? ByKind.ALONE : ByKind.FIRST_RUN);
            case PreTokenization.Digits(boolean individualDigits) ->
                new ByKind(flags -> {
                    if ((flags & DIGIT) == 0) {
                        return ByKind.FIRST_RUN;
                    }
                    return individualDigits ? ByKind.ALONE : ByKind.SECOND_RUN;
                });
            case PreTokenization.Sequence(List<PreTokenization> steps) ->
                inSequence(steps.stream().map(WordSplitter::of).toList());
        };
    }

    private static WordSplitter inSequence(List<WordSplitter> steps) {
        if (steps.isEmpty()) {
            return (characters, from, to, words) -> {
                if (from < to) {
                    words.word(from, to);
                }
            };
        }
        WordSplitter first = steps.getFirst();
        WordSplitter rest = inSequence(steps.subList(1, steps.size()));
        return (characters, from, to, words) ->
                first.split(characters, from, to, (start, end) -> rest.split(characters, start, end, words));
    }

    /**
     * Cuts where the kind of character changes.
     *
     * @param kindOfFlags the kind of a character, of its {@link UnicodeTables#flags}
     */
    record ByKind(IntUnaryOperator kindOfFlags) implements WordSplitter {

        /** Part of no word. */
        static final int BETWEEN = 0;
        /** A word by itself. */
        static final int ALONE = 1;
        /** A word together with its neighbours of the same kind. */
        static final int FIRST_RUN = 2;
        /** Likewise, but not together with the first. */
        static final int SECOND_RUN = 3;

        @Override
        public void split(char[] characters, int from, int to, PreTokenizer.Words words) {
            int start = from;
            int kind = BETWEEN; // of the word that is being read
            for (int i = from; i < to; ) {
                int codePoint = Character.codePointAt(characters, i, to);
                int next = kindOfFlags.applyAsInt(UnicodeTables.INSTANCE.flags(codePoint));
                if (next != kind || next == ALONE) {
                    if (kind != BETWEEN && start < i) {
                        words.word(start, i);
                    }
                    start = i;
                    kind = next;
                }
                i += Character.charCount(codePoint);
            }
            if (kind != BETWEEN && start < to) {
                words.word(start, to);
            }
        }
    }
}
