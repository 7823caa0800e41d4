package io.tesserae.tokenizer.text;

import static io.tesserae.tokenizer.text.UnicodeTables.DIGIT;
import static io.tesserae.tokenizer.text.UnicodeTables.PUNCTUATION;
import static io.tesserae.tokenizer.text.UnicodeTables.WHITESPACE;
import static io.tesserae.tokenizer.text.UnicodeTables.WORD;

import java.util.List;
import java.util.function.IntUnaryOperator;

/** Cuts a stretch of normalized text into words. */
public interface WordSplitter {

    /** What finds the words of {@link #gpt2()}. */
    String GPT2_PATTERN = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    /** What to do with the words. */
    @FunctionalInterface
    interface Words {
        /**
         * The next word, {@code text[from, to)}; never empty.
         *
         * @param text what was split; or another, where a splitter changes characters too, as one does that writes spaces as marks
         */
        void word(NormalizedText text, int from, int to);
    }

    /** Hands on the words of {@code text[from, to)}, in order, none empty. */
    void split(NormalizedText text, int from, int to, Words words);

    /** At whitespace, which is dropped, and around every punctuation mark: BERT's. */
    static WordSplitter bert() {
        return PreTokenizer::split;
    }

    /** Into runs of word characters and runs of others; whitespace is between. */
    static WordSplitter whitespace() {
        return new ByKind(flags -> {
            if ((flags & WHITESPACE) != 0) {
                return ByKind.BETWEEN;
            }
            return (flags & WORD) != 0 ? ByKind.FIRST_RUN : ByKind.SECOND_RUN;
        });
    }

    /** At whitespace alone. */
    static WordSplitter whitespaceSplit() {
        return WhitespaceSplit.INSTANCE;
    }

    /** Around every punctuation mark. */
    static WordSplitter punctuation() {
        return new ByKind(flags -> (flags & PUNCTUATION) != 0 ? ByKind.ALONE : ByKind.FIRST_RUN);
    }

    /** Around numbers, or around each of their digits. */
    static WordSplitter digits(boolean individual) {
        return new ByKind(flags -> {
            if ((flags & DIGIT) == 0) {
                return ByKind.FIRST_RUN;
            }
            return individual ? ByKind.ALONE : ByKind.SECOND_RUN;
        });
    }

    /** As GPT-2's vocabulary wants it (Radford et al. 2019): the words that {@link #GPT2_PATTERN} finds. */
    static WordSplitter gpt2() {
        return new Gpt2Words();
    }

    /** What finds the words of {@link #clip}. */
    String CLIP_PATTERN = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    /** What stands before it where the two special tokens are words. */
    String CLIP_MARKS = "<\\|startoftext\\|>|<\\|endoftext\\|>|";

    /**
     * As CLIP's vocabulary wants it (Radford et al. 2021): the words that {@link #CLIP_PATTERN} finds, without what is between.
     *
     * @param marks whether the two special tokens are words, where they were not found as such
     */
    static WordSplitter clip(boolean marks) {
        return new Gpt2Words.OfClip(marks);
    }

    /** Where a {@link #metaspace} splitter puts its mark before a text that does not begin with it. */
    enum MetaspacePrepends {
        /** Wherever a stretch of text begins. */
        ALWAYS,
        /** Where the whole text begins. */
        FIRST,
        /** Nowhere. */
        NEVER
    }

    /**
     * What finds the words of {@link #cl100k}.
     *
     * @param mostDigits 1, or more
     */
    static String cl100kPattern(int mostDigits) {
        String digits = mostDigits == 1 ? "\\p{N}" : "\\p{N}{1," + mostDigits + "}";
        return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" + digits
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }

    /** As the vocabularies of Llama 3 and others want it: the words that {@link #cl100kPattern} finds. */
    static WordSplitter cl100k(int mostDigits) {
        return new Cl100kWords(mostDigits);
    }

    /**
     * Writes spaces as a mark.
     *
     * @param mark a code point
     * @param prepends where a mark is put before
     * @param cuts whether each mark begins a word; otherwise all is one word
     */
    static WordSplitter metaspace(int mark, MetaspacePrepends prepends, boolean cuts) {
        return new MetaspaceWords(mark, prepends, cuts);
    }

    /**
     * Spells words in bytes.
     *
     * @param addsPrefixSpace whether a text that does not begin with a space gets one
     * @param cuts whether the text is cut as {@link #gpt2()} does it before; otherwise it is one word
     */
    static WordSplitter byteLevel(boolean addsPrefixSpace, boolean cuts) {
        return new ByteLevel(addsPrefixSpace, cuts);
    }

    /** Each cuts what the one before has left; where there is none, the text is one word. */
    static WordSplitter inSequence(List<WordSplitter> steps) {
        if (steps.isEmpty()) {
            return (text, from, to, words) -> {
                if (from < to) {
                    words.word(text, from, to);
                }
            };
        }
        WordSplitter first = steps.getFirst();
        if (first == whitespaceSplit() && steps.size() == 2 && steps.getLast() instanceof MetaspaceWords metaspace) {
            return metaspace.ofEachWord();
        }
        WordSplitter rest = inSequence(steps.subList(1, steps.size()));
        return (text, from, to, words) ->
                first.split(text, from, to, (cut, start, end) -> rest.split(cut, start, end, words));
    }

    /** The one splitter at whitespace alone. */
    final class WhitespaceSplit {
        private static final WordSplitter INSTANCE =
                new ByKind(flags -> (flags & WHITESPACE) != 0 ? ByKind.BETWEEN : ByKind.FIRST_RUN);

        private WhitespaceSplit() {}
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
        /** A word together with its neighbours of this kind, which is not the first. */
        static final int SECOND_RUN = 3;

        @Override
        public void split(NormalizedText text, int from, int to, Words words) {
            char[] characters = text.characters();
            int start = from;
            int kind = BETWEEN; // of the word that is being read
            for (int i = from; i < to; ) {
                int codePoint = Character.codePointAt(characters, i, to);
                int next = kindOfFlags.applyAsInt(UnicodeTables.INSTANCE.flags(codePoint));
                if (next != kind || next == ALONE) {
                    if (kind != BETWEEN && start < i) {
                        words.word(text, start, i);
                    }
                    start = i;
                    kind = next;
                }
                i += Character.charCount(codePoint);
            }
            if (kind != BETWEEN && start < to) {
                words.word(text, start, to);
            }
        }
    }
}
