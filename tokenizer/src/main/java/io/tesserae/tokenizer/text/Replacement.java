package io.tesserae.tokenizer.text;

/**
 * Writes the characters that come in place of others, and says where each comes from by counting, as the reference does it: every
 * character replaces one of the source, or is put between and shares the place of the one before; and of some that were replaced the
 * characters behind go too. So a place can be wrong by what was dropped at the very beginning, there as here.
 *
 * <p>Source: {@code transform_range} in {@code tokenizers/src/tokenizer/normalizer.rs}, version 0.23.
 */
final class Replacement {

    private final char[] source;
    private final int to;
    private final NormalizedText text;
    private int next; // the source's character that is replaced next
    private int previousStart; // the one before it
    private boolean isFirst = true; // nothing was written yet
    private boolean isInserted; // the last that was written
    private int lastWidth; // its chars

    /** Of {@code source[from, to)}; the text has been reset. */
    Replacement(char[] source, int from, int to, NormalizedText text) {
        this.source = source;
        this.to = to;
        this.text = text;
        this.next = from;
        this.previousStart = from;
    }

    /** The place of the source's character that is replaced next. */
    int next() {
        return next;
    }

    /** Goes on at another place: what is between was written one to one, the last character with one char. */
    void skipTo(int place) {
        next = place;
        previousStart = place - 1;
        isFirst = false;
        isInserted = false;
        lastWidth = 1;
    }

    /**
     * Writes a character.
     *
     * @param change 1 for one that is put between, 0 for one that replaces one, and less for one that replaces that many more
     */
    void put(int codePoint, int change) {
        isFirst = false;
        isInserted = change > 0;
        lastWidth = Character.charCount(codePoint);
        if (change > 0) {
            text.appendCodePoint(codePoint, previousStart, next);
            return;
        }
        take();
        text.appendCodePoint(codePoint, previousStart, next);
        for (int i = 0; i < -change; i++) {
            take();
        }
    }

    /** Drops characters; what was written last replaces them too. Where nothing was, they are not counted, as in the reference. */
    void drop(int count) {
        if (isFirst) {
            return;
        }
        for (int i = 0; i < count; i++) {
            take();
            if (i == 0 && isInserted) {
                text.moveLast(lastWidth, previousStart, next);
                isInserted = false;
            }
        }
    }

    private void take() {
        if (next < to) {
            previousStart = next;
            next += Character.charCount(CodePoints.at(source, next, to));
        }
    }
}
