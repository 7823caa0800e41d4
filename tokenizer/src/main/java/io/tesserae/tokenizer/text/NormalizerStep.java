package io.tesserae.tokenizer.text;

import static io.tesserae.tokenizer.text.UnicodeTables.COMBINING;
import static io.tesserae.tokenizer.text.UnicodeTables.COMPOSED;
import static io.tesserae.tokenizer.text.UnicodeTables.MARK;
import static io.tesserae.tokenizer.text.UnicodeTables.WHITESPACE;

import java.util.Arrays;
import java.util.List;

/** Something that normalizes a stretch of text, and says for every character where it comes from. */
public interface NormalizerStep {

    /** Normalizes {@code source[from, to)}; the text is reset first. */
    void normalize(char[] source, int from, int to, NormalizedText text);

    /** An added token's content as it will look in a normalized text. */
    default String normalize(String content) {
        NormalizedText text = new NormalizedText(content.length());
        normalize(content.toCharArray(), 0, content.length(), text);
        return text.substring(0, text.length());
    }

    /** BERT's, or a part of it; with nothing asked for, the text as it is. */
    static NormalizerStep bert(boolean cleanText, boolean spaceChinese, boolean stripAccents, boolean lowerCase) {
        return new Normalizer(cleanText, spaceChinese, stripAccents, lowerCase);
    }

    /** One step after the other: where a character comes from is asked back through all of them. */
    record Chain(List<NormalizerStep> steps) implements NormalizerStep {
        public Chain {
            steps = List.copyOf(steps);
        }

        @Override
        public void normalize(char[] source, int from, int to, NormalizedText text) {
            NormalizedText before = new NormalizedText(to - from);
            steps.getFirst().normalize(source, from, to, before);
            for (NormalizerStep step : steps.subList(1, steps.size())) {
                NormalizedText after = new NormalizedText(before.length());
                step.normalize(before.characters(), 0, before.length(), after);
                NormalizedText joined = new NormalizedText(after.length());
                joined.reset(from);
                for (int i = 0; i < after.length(); i++) {
                    joined.append(after.characters()[i], before.start(after.start(i)), before.end(after.end(i) - 1));
                }
                before = joined;
            }
            text.reset(from);
            for (int i = 0; i < before.length(); i++) {
                text.append(before.characters()[i], before.start(i), before.end(i));
            }
        }
    }

    /** Drops combining marks, all kinds of them. */
    record StripMarks() implements NormalizerStep {
        @Override
        public void normalize(char[] source, int from, int to, NormalizedText text) {
            text.reset(from);
            for (int i = from; i < to; ) {
                int codePoint = CodePoints.at(source, i, to);
                int end = i + Character.charCount(codePoint);
                if (!UnicodeTables.INSTANCE.is(codePoint, MARK)) {
                    text.appendCodePoint(codePoint, i, end);
                }
                i = end;
            }
        }
    }

    /** Drops the whitespace at the ends. */
    record Strip(boolean left, boolean right) implements NormalizerStep {
        @Override
        public void normalize(char[] source, int from, int to, NormalizedText text) {
            int first = from;
            while (left && first < to && UnicodeTables.INSTANCE.is(source[first], WHITESPACE)) {
                first++;
            }
            int end = to;
            while (right && end > first && UnicodeTables.INSTANCE.is(source[end - 1], WHITESPACE)) {
                end--;
            }
            text.reset(first);
            for (int i = first; i < end; i++) {
                text.append(source[i], i, i + 1);
            }
        }
    }

    /**
     * Canonical decomposition (NFD): every character by its parts, and marks in a row by their combining classes.
     *
     * <p>As in {@link Normalizer}, source characters are handed out by counting: each first part of a decomposition takes the next
     * one, in the order after sorting, and the other parts share it.
     */
    record Decomposition() implements NormalizerStep {
        @Override
        public void normalize(char[] source, int from, int to, NormalizedText text) {
            UnicodeTables unicode = UnicodeTables.INSTANCE;
            int[] parts = new int[UnicodeTables.LONGEST_DECOMPOSITION];
            int[] codePoints = new int[Math.max(16, to - from)];
            boolean[] isFirst = new boolean[codePoints.length];
            int count = 0;
            for (int i = from; i < to; ) {
                int codePoint = CodePoints.at(source, i, to);
                i += Character.charCount(codePoint);
                int length = 1;
                parts[0] = codePoint;
                if (unicode.is(codePoint, COMPOSED)) {
                    length = unicode.decompose(codePoint, parts);
                }
                if (count + length > codePoints.length) {
                    codePoints = Arrays.copyOf(codePoints, 2 * codePoints.length);
                    isFirst = Arrays.copyOf(isFirst, codePoints.length);
                }
                for (int part = 0; part < length; part++) {
                    codePoints[count] = parts[part];
                    isFirst[count++] = part == 0;
                }
            }
            append(source, from, to, order(codePoints, count), codePoints, isFirst, text);
        }

        /** The places of the parts, marks in a row sorted by their classes; equal ones stay as they are. */
        private static int[] order(int[] codePoints, int count) {
            UnicodeTables unicode = UnicodeTables.INSTANCE;
            int[] order = new int[count];
            long[] run = new long[16];
            for (int i = 0; i < count; ) {
                int length = 0;
                while (i + length < count && unicode.is(codePoints[i + length], COMBINING)) {
                    if (length == run.length) {
                        run = Arrays.copyOf(run, 2 * length);
                    }
                    run[length] = (long) unicode.combiningClass(codePoints[i + length]) << 32 | (i + length);
                    length++;
                }
                if (length == 0) {
                    order[i] = i++;
                    continue;
                }
                Arrays.sort(run, 0, length);
                for (int k = 0; k < length; k++) {
                    order[i + k] = (int) run[k];
                }
                i += length;
            }
            return order;
        }

        private static void append(
                char[] source,
                int from,
                int to,
                int[] order,
                int[] codePoints,
                boolean[] isFirst,
                NormalizedText text) {
            text.reset(from);
            int start = from;
            int end = from;
            for (int place : order) {
                if (isFirst[place]) {
                    start = end;
                    end += Character.charCount(CodePoints.at(source, start, to));
                }
                text.appendCodePoint(codePoints[place], start, end);
            }
        }
    }
}
