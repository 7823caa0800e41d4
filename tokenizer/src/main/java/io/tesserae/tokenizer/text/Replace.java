package io.tesserae.tokenizer.text;

/**
 * One text in place of another, wherever that stands; from the left, without overlap. What is put there has in the source the place of the
 * last character that it replaces.
 *
 * <p>Source: {@code tokenizers/src/normalizers/replace.rs}, version 0.23.
 *
 * @param pattern what to find, as it is; not empty, without half surrogate pairs
 * @param content what stands there instead, without half surrogate pairs
 */
public record Replace(String pattern, String content) implements NormalizerStep {

    /** A few steps that replace one letter by many would make a text that no memory holds. */
    private static final long LONGEST = 1L << 24;

    @Override
    public void normalize(char[] source, int from, int to, NormalizedText text) {
        char[] whole = CodePoints.withoutHalves(source, from, to);
        requireRoom(whole, from, to);
        text.reset(from);
        for (int i = from; i < to; ) {
            if (!standsAt(whole, i, to)) {
                text.append(whole[i], i, i + 1);
                i++;
                continue;
            }
            int end = i + pattern.length();
            int last = end - Character.charCount(CodePoints.before(whole, i, end));
            for (int k = 0; k < content.length(); k++) {
                text.append(content.charAt(k), last, end);
            }
            i = end;
        }
    }

    private boolean standsAt(char[] text, int i, int to) {
        if (text[i] != pattern.charAt(0) || to - i < pattern.length()) {
            return false;
        }
        for (int k = 1; k < pattern.length(); k++) {
            if (text[i + k] != pattern.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    private void requireRoom(char[] text, int from, int to) {
        int growth = content.length() - pattern.length();
        if (growth <= 0) {
            return;
        }
        long length = to - from;
        for (int i = from; i < to; ) {
            boolean isFound = standsAt(text, i, to);
            length += isFound ? growth : 0;
            i += isFound ? pattern.length() : 1;
        }
        if (length > LONGEST) {
            throw new IllegalArgumentException(
                    "the tokenizer's normalizer, which replaces one text by a longer one, makes "
                            + length + " characters of this text; encode a shorter one, at most " + LONGEST
                            + " characters are made so");
        }
    }
}
