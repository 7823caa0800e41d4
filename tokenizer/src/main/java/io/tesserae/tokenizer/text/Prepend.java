package io.tesserae.tokenizer.text;

/**
 * Puts a text before a stretch that is not empty. In the source it has the place of the stretch's first character.
 *
 * <p>Source: {@code tokenizers/src/normalizers/prepend.rs}, version 0.23.
 *
 * @param prepended not empty, without half surrogate pairs
 */
public record Prepend(String prepended) implements NormalizerStep {

    @Override
    public void normalize(char[] source, int from, int to, NormalizedText text) {
        text.reset(from);
        if (from == to) {
            return;
        }
        int first = from + Character.charCount(CodePoints.at(source, from, to)); // where the first character ends
        for (int i = 0; i < prepended.length(); i++) {
            text.append(prepended.charAt(i), from, first);
        }
        char[] whole = CodePoints.withoutHalves(source, from, to);
        for (int i = from; i < to; i++) {
            text.append(whole[i], i, i + 1);
        }
    }
}
