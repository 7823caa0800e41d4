package io.tesserae.tokenizer.piece;

import java.util.Arrays;

/**
 * The tokens of one text, before truncation and template: ids, and where in the text each comes from. Written once, by
 * the stages in turn.
 */
public final class TokenSequence {

    private int size;
    private int[] ids;
    private int[] words;
    private int[] starts; // in chars of the text
    private int[] ends;
    private int[] codePointStarts; // the same arrays, unless the text has surrogates
    private int[] codePointEnds;
    private char[][] sources; // the text that a token comes from; null where its chars are code points
    private String[] surfaces; // what an added token was found as; null where that is the token itself

    public TokenSequence(int capacity) {
        int initial = Math.max(capacity, 8);
        ids = new int[initial];
        words = new int[initial];
        starts = new int[initial];
        ends = new int[initial];
    }

    public void add(int id, int word, int start, int end) {
        if (size == ids.length) {
            int capacity = (int) Math.min(size * 2L, Integer.MAX_VALUE - 16);
            ids = Arrays.copyOf(ids, capacity);
            words = Arrays.copyOf(words, capacity);
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
        }
        ids[size] = id;
        words[size] = word;
        starts[size] = start;
        ends[size] = end;
        size++;
    }

    public void addWithSurface(int id, String surface, int word, int start, int end) {
        if (surfaces == null || surfaces.length <= size) {
            surfaces = surfaces == null ? new String[size + 8] : Arrays.copyOf(surfaces, size * 2);
        }
        surfaces[size] = surface;
        add(id, word, start, end);
    }

    /** Takes the tokens from {@code first} on back: the word turned out not to be in the vocabulary. */
    public void removeFrom(int first) {
        size = first;
    }

    /**
     * Counts the offsets of the tokens from {@code first} on in code points too.
     *
     * @param text the one they come from
     * @param marked whether its first char was put before it, and has no place in it
     */
    public void place(char[] text, int first, boolean marked) {
        if (!marked) {
            countCodePoints(text, first);
            return;
        }
        for (int i = first; i < size; i++) {
            starts[i] = Math.max(0, starts[i] - 1);
            ends[i] = Math.max(0, ends[i] - 1);
        }
        countCodePoints(Arrays.copyOfRange(text, 1, text.length), first);
    }

    private void countCodePoints(char[] text, int first) {
        boolean plain = true;
        for (char c : text) {
            plain &= !Character.isSurrogate(c);
        }
        if (plain && codePointStarts == null) {
            return; // both counts are the same so far
        }
        int[] codePointsBefore = new int[text.length + 1];
        for (int i = 0, codePoints = 0; i < text.length; codePoints++) {
            int next = i + Character.charCount(Character.codePointAt(text, i));
            while (i < next) {
                codePointsBefore[++i] = codePoints + 1;
            }
        }
        if (codePointStarts == null || codePointStarts.length < size) {
            codePointStarts = Arrays.copyOf(codePointStarts == null ? starts : codePointStarts, ids.length);
            codePointEnds = Arrays.copyOf(codePointEnds == null ? ends : codePointEnds, ids.length);
        }
        if (sources == null || sources.length < size) {
            sources = sources == null ? new char[ids.length][] : Arrays.copyOf(sources, ids.length);
        }
        Arrays.fill(sources, first, size, plain ? null : text);
        for (int i = first; i < size; i++) {
            codePointStarts[i] = codePointsBefore[starts[i]];
            codePointEnds[i] = codePointsBefore[ends[i]];
        }
    }

    /**
     * The place in chars that is some code points from another in the text that a token comes from.
     *
     * @param place in chars
     * @param codePoints how many to go on, or back where it is negative
     */
    public int moved(int token, int place, int codePoints) {
        char[] source = sources == null ? null : sources[token];
        return source == null
                ? place + codePoints
                : Character.offsetByCodePoints(source, 0, source.length, place, codePoints);
    }

    public int id(int index) {
        return ids[index];
    }

    public int size() {
        return size;
    }

    /** Whether offsets in chars and in code points differ, or might. */
    public boolean hasSurrogates() {
        return codePointStarts != null;
    }

    public boolean hasSurfaces() {
        return surfaces != null;
    }

    /** Copies the tokens {@code [from, to)} into arrays, to {@code place} and on. */
    public void copy(int from, int to, int place, int[] intoIds, int[] intoWords, int[] intoStarts, int[] intoEnds) {
        System.arraycopy(ids, from, intoIds, place, to - from);
        System.arraycopy(words, from, intoWords, place, to - from);
        System.arraycopy(starts, from, intoStarts, place, to - from);
        System.arraycopy(ends, from, intoEnds, place, to - from);
    }

    /** Copies the offsets of the tokens {@code [from, to)} in code points. */
    public void copyCodePoints(int from, int to, int place, int[] intoStarts, int[] intoEnds) {
        System.arraycopy(hasSurrogates() ? codePointStarts : starts, from, intoStarts, place, to - from);
        System.arraycopy(hasSurrogates() ? codePointEnds : ends, from, intoEnds, place, to - from);
    }

    /** What an added token was found as, or null where that is the token itself. */
    public String surface(int index) {
        return surfaces == null || index >= surfaces.length ? null : surfaces[index];
    }
}
