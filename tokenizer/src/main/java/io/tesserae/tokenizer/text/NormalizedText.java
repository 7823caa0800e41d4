package io.tesserae.tokenizer.text;

import java.util.Arrays;

/**
 * Normalized characters, and for each the stretch of the source it stands for. Reused for one segment after the other.
 *
 * <p>Most text is normalized character by character, so the stretches are not stored until one deviates from that.
 */
public final class NormalizedText {

    private static final int LARGEST = Integer.MAX_VALUE - 16; // array

    private char[] characters;
    private int length;

    private boolean oneToOne; // character i stands for source[origin + i]
    private int origin;
    private int[] starts; // of the source stretch of character i, unless oneToOne
    private int[] ends;

    public NormalizedText(int capacity) {
        this.characters = new char[Math.max(capacity, 16)];
    }

    /** Forgets everything; what follows was normalized from {@code source[origin, …)}. */
    public void reset(int newOrigin) {
        length = 0;
        origin = newOrigin;
        oneToOne = true;
    }

    public void append(char character, int start, int end) {
        if (length == characters.length) {
            grow();
        }
        if (oneToOne && (start != origin + length || end != start + 1)) {
            storeAlignment();
        }
        if (!oneToOne) {
            starts[length] = start;
            ends[length] = end;
        }
        characters[length++] = character;
    }

    /**
     * Appends the forms of {@code source[from, to)} as far as they are simple.
     *
     * @return where that ended: {@code to}, or the place of a char whose form is involved
     */
    int appendForms(char[] source, int from, int to, NormalForms forms) {
        for (int i = from; i < to; ) {
            if (length == characters.length) {
                grow();
            }
            if (oneToOne && i != origin + length) {
                storeAlignment();
            }
            int end = Math.min(to, i + characters.length - length);
            i = oneToOne ? appendOneToOne(source, i, end, forms) : appendAligned(source, i, end, forms);
            if (i < end) {
                if (forms.of(source[i]) == NormalForms.INVOLVED) {
                    return i;
                }
                i++; // dropped
            }
        }
        return to;
    }

    private int appendOneToOne(char[] source, int from, int to, NormalForms forms) {
        int at = length;
        int i = from;
        for (char form; i < to && (form = forms.of(source[i])) < NormalForms.INVOLVED; i++) {
            characters[at++] = form;
        }
        length = at;
        return i;
    }

    private int appendAligned(char[] source, int from, int to, NormalForms forms) {
        int at = length;
        int i = from;
        for (char form; i < to && (form = forms.of(source[i])) < NormalForms.INVOLVED; i++) {
            characters[at] = form;
            starts[at] = i;
            ends[at++] = i + 1;
        }
        length = at;
        return i;
    }

    public void appendCodePoint(int codePoint, int start, int end) {
        if (Character.isBmpCodePoint(codePoint)) {
            append((char) codePoint, start, end);
        } else {
            // No token begins or ends between the halves of a pair, so they may share the stretch's chars.
            int middle = end - start == 2 ? start + 1 : end;
            append(Character.highSurrogate(codePoint), start, middle);
            append(Character.lowSurrogate(codePoint), end - start == 2 ? middle : start, end);
        }
    }

    /** Takes back the last char. */
    public void removeLast() {
        length--;
    }

    /** Gives the last chars, which are those of one character, another place in the source. */
    void moveLast(int chars, int start, int end) {
        if (oneToOne) {
            storeAlignment();
        }
        int codePoint = chars == 1 ? characters[length - 1] : Character.codePointAt(characters, length - chars, length);
        length -= chars;
        appendCodePoint(codePoint, start, end);
    }

    /** The characters; valid up to {@link #length()}, and until the next change. */
    public char[] characters() {
        return characters;
    }

    public int length() {
        return length;
    }

    /** Where the source stretch of a character begins. */
    public int start(int index) {
        return oneToOne ? origin + index : starts[index];
    }

    /** Where the source stretch of a character ends. */
    public int end(int index) {
        return oneToOne ? origin + index + 1 : ends[index];
    }

    public String substring(int from, int to) {
        return new String(characters, from, to - from);
    }

    private void grow() {
        if (characters.length >= LARGEST) {
            throw new IllegalArgumentException("a text of more than " + length + " normalized chars is too long");
        }
        int capacity = (int) Math.min(characters.length * 2L, LARGEST);
        characters = Arrays.copyOf(characters, capacity);
        if (!oneToOne) {
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
        }
    }

    private void storeAlignment() {
        if (starts == null || starts.length < characters.length) {
            starts = new int[characters.length];
            ends = new int[characters.length];
        }
        for (int i = 0; i < length; i++) {
            starts[i] = origin + i;
            ends[i] = origin + i + 1;
        }
        oneToOne = false;
    }
}
