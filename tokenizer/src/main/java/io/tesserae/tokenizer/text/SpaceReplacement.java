package io.tesserae.tokenizer.text;

/**
 * One text in place of whitespace that a pattern finds. As with {@link Replace}, what is put there has the place of the last character that
 * it replaces.
 *
 * @param pattern what is found
 * @param content what stands there instead, without half surrogate pairs; short
 */
public record SpaceReplacement(SpacePattern pattern, String content) implements NormalizerStep {

    private static final int LONGEST_TEXT = 1 << 24;

    @Override
    public void normalize(char[] source, int from, int to, NormalizedText text) {
        char[] whole = CodePoints.withoutHalves(source, from, to);
        text.reset(from);
        for (int i = from; i < to; ) {
            int end = pattern.runEnd(whole, i, to);
            if (end == i) {
                text.append(whole[i], i, i + 1);
                i++;
                continue;
            }
            while (i < end) {
                int start = pattern.matchStart(whole, i, end, from, to);
                int stop = start < 0 ? end : start;
                while (i < stop) {
                    text.append(whole[i], i, i + 1);
                    i++;
                }
                if (start >= 0) {
                    i = pattern.matchEnd(whole, start, end, to);
                    replace(text, i);
                }
            }
        }
    }

    private void replace(NormalizedText text, int end) {
        for (int k = 0; k < content.length(); k++) {
            text.append(content.charAt(k), end - 1, end);
        }
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "the tokenizer's normalizer, which replaces whitespace by a longer text, makes more than "
                            + LONGEST_TEXT + " characters of this text; encode a shorter one");
        }
    }
}
