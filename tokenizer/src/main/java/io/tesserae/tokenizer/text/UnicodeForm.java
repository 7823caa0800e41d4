package io.tesserae.tokenizer.text;

import java.util.Arrays;

/**
 * A normal form of Unicode (The Unicode Standard, section 3.11): every character by its parts, marks in a row by their combining
 * classes, and then, if asked for, letters and marks put together again.
 *
 * <p>Source characters are handed out by counting, as in {@link Replacement}: the first part of a decomposition replaces its character,
 * the others are put between; what is put together replaces all that its parts do.
 *
 * @param compatible whether a character that is but another form of others becomes these: NFKC and NFKD
 * @param composes whether letters and marks are put together: NFC and NFKC
 */
public record UnicodeForm(boolean compatible, boolean composes) implements NormalizerStep {

    private static final UnicodeTables UNICODE = UnicodeTables.INSTANCE;
    private static final NormalFormTables TABLES = NormalFormTables.INSTANCE;

    /** Characters below this are the same in all forms, and never part of a composition but as its first. */
    private static final int LEAST_COMPATIBLE = 0xA0;

    private static final int LEAST_COMPOSED = 0xC0;
    private static final int LEAST_MARK = 0x300;

    @Override
    public void normalize(char[] source, int from, int to, NormalizedText text) {
        text.reset(from);
        int least = compatible ? LEAST_COMPATIBLE : composes ? LEAST_MARK : LEAST_COMPOSED;
        for (int i = from; i < to; ) {
            int end = i;
            while (end < to && source[end] < least && (end + 1 == to || source[end + 1] < least)) {
                text.append(source[end], end, end + 1);
                end++;
            }
            i = end;
            while (end < to && (source[end] >= least || end + 1 < to && source[end + 1] >= least)) {
                end++;
            }
            if (i < end) {
                new Stretch(end - i).normalize(source, i, end, text);
            }
            i = end;
        }
    }

    /** A stretch that begins with a character that nothing before belongs to: its parts, and of each whether it is a first one. */
    private final class Stretch {

        private int[] codePoints;
        private int[] changes; // 0 for a first part, 1 for another; less for one that is put together of more
        private int count;

        Stretch(int length) {
            this.codePoints = new int[length + 16];
            this.changes = new int[length + 16];
        }

        void normalize(char[] source, int from, int to, NormalizedText text) {
            int[] parts = new int[NormalFormTables.LONGEST_DECOMPOSITION];
            for (int i = from; i < to; ) {
                int codePoint = CodePoints.at(source, i, to);
                i += Character.charCount(codePoint);
                int length = TABLES.decompose(codePoint, compatible, parts);
                for (int part = 0; part < length; part++) {
                    add(parts[part], part == 0 ? 0 : 1);
                }
            }
            sortMarks();
            if (composes) {
                compose();
            }
            Replacement replacement = new Replacement(source, from, to, text);
            for (int i = 0; i < count; i++) {
                replacement.put(codePoints[i], changes[i]);
            }
        }

        private void add(int codePoint, int change) {
            if (count == codePoints.length) {
                codePoints = Arrays.copyOf(codePoints, 2 * count);
                changes = Arrays.copyOf(changes, 2 * count);
            }
            codePoints[count] = codePoint;
            changes[count++] = change;
        }

        /** Marks in a row by their classes; equal ones stay as they are. */
        private void sortMarks() {
            for (int i = 0; i < count; ) {
                int end = i;
                while (end < count && combiningClass(codePoints[end]) > 0) {
                    end++;
                }
                if (end - i > 1) {
                    sort(i, end);
                }
                i = Math.max(end, i + 1);
            }
        }

        private void sort(int from, int to) {
            long[] order = new long[to - from]; // class, then place: never quadratic
            for (int i = from; i < to; i++) {
                order[i - from] = (long) combiningClass(codePoints[i]) << 32 | i;
            }
            Arrays.sort(order);
            int[] sorted = new int[order.length];
            int[] sortedChanges = new int[order.length];
            for (int i = 0; i < order.length; i++) {
                sorted[i] = codePoints[(int) order[i]];
                sortedChanges[i] = changes[(int) order[i]];
            }
            System.arraycopy(sorted, 0, codePoints, from, order.length);
            System.arraycopy(sortedChanges, 0, changes, from, order.length);
        }

        /**
         * Puts each letter together with the marks behind it, as long as no mark of the same or a higher class stands between (The Unicode
         * Standard, definition D117).
         */
        private void compose() {
            int size = 0;
            int starter = -1; // the letter's place
            int last = 0; // the class of the mark that was kept last behind it; 0 where none was
            for (int i = 0; i < count; i++) {
                int combining = combiningClass(codePoints[i]);
                boolean isBlocked = starter < 0 || size - 1 > starter && last >= combining;
                int composed = isBlocked ? NormalFormTables.NONE : TABLES.compose(codePoints[starter], codePoints[i]);
                if (composed != NormalFormTables.NONE) {
                    codePoints[starter] = composed;
                    changes[starter] += changes[i] - 1;
                    continue;
                }
                if (combining == 0) {
                    starter = size;
                }
                last = combining;
                codePoints[size] = codePoints[i];
                changes[size++] = changes[i];
            }
            count = size;
        }
    }

    private static int combiningClass(int codePoint) {
        return UNICODE.is(codePoint, UnicodeTables.COMBINING) ? UNICODE.combiningClass(codePoint) : 0;
    }
}
