package io.tesserae.tokenizer.canonical;

import io.tesserae.tokenizer.text.CodePoints;
import io.tesserae.tokenizer.text.NormalizedText;
import io.tesserae.tokenizer.text.NormalizerStep;
import io.tesserae.tokenizer.text.PrecompiledMap;
import io.tesserae.tokenizer.text.UnicodeTables;
import java.util.Optional;

/**
 * Small letters, no punctuation marks of ASCII, one space between words and none at the ends; then a text put before, and all of it
 * normalized as SentencePiece's library does: of what the map has, the longest that begins at a place; marks for spaces; none at the end.
 *
 * <p>Source: {@code canonicalize_text} in {@code transformers/models/siglip/tokenization_siglip.py}, version 5.18, and {@code
 * src/normalizer.cc} of SentencePiece, version 0.2.
 *
 * @param lowercase whether letters are made small
 * @param before what stands before every stretch of text; not empty
 * @param beginsWithMark whether a mark stands before that ({@code add_dummy_prefix})
 * @param map empty where every character stays what it is
 */
public record CanonicalText(boolean lowercase, String before, boolean beginsWithMark, Optional<PrecompiledMap> map)
        implements NormalizerStep {

    private static final char MARK = '\u2581';

    /** A map could make every letter a million. */
    private static final int LONGEST_TEXT = 1 << 24;

    @Override
    public void normalize(char[] source, int from, int to, NormalizedText text) {
        NormalizedText canonical = new NormalizedText(before.length() + to - from);
        canonical.reset(from);
        for (char c : before.toCharArray()) {
            canonical.append(c, from, from);
        }
        appendCanonical(source, from, to, canonical);
        text.reset(from);
        appendNormalized(canonical, text);
    }

    private void appendCanonical(char[] source, int from, int to, NormalizedText canonical) {
        int written = canonical.length();
        int spaceStart = to; // where the whitespace begins that waits for a word behind it
        int spaceEnd = from;
        for (int i = from; i < to; ) {
            int codePoint = CodePoints.at(source, i, to);
            int end = i + Character.charCount(codePoint);
            if (isSpace(codePoint)) {
                spaceStart = Math.min(spaceStart, i);
                spaceEnd = end;
            } else if (!isPunctuation(codePoint)) {
                if (spaceStart < spaceEnd && canonical.length() > written) {
                    canonical.append(' ', spaceStart, spaceEnd);
                }
                spaceStart = to;
                spaceEnd = from;
                appendLetter(source, from, to, i, end, canonical);
            }
            i = end;
        }
    }

    private void appendLetter(char[] source, int from, int to, int start, int end, NormalizedText canonical) {
        int codePoint = lowercase ? Lowercase.of(source, from, to, start) : CodePoints.at(source, start, to);
        canonical.appendCodePoint(codePoint, start, end);
        if (lowercase && source[start] == Lowercase.CAPITAL_I_WITH_DOT) {
            canonical.append((char) Lowercase.COMBINING_DOT_ABOVE, start, end);
        }
    }

    private void appendNormalized(NormalizedText canonical, NormalizedText text) {
        char[] characters = canonical.characters();
        int length = canonical.length();
        if (beginsWithMark) {
            text.append(MARK, canonical.start(0), canonical.start(0));
        }
        boolean wasSpace = true;
        for (int i = 0; i < length; ) {
            PrecompiledMap.Match found = longest(characters, i, length);
            String form = found.text();
            int first = 0;
            while (wasSpace && first < form.length() && form.charAt(first) == ' ') {
                first++;
            }
            int start = canonical.start(i);
            int end = canonical.end(found.end() - 1);
            for (int k = first; k < form.length(); ) {
                int codePoint = form.codePointAt(k);
                text.appendCodePoint(codePoint == ' ' ? MARK : codePoint, start, end);
                k += Character.charCount(codePoint);
            }
            wasSpace = first < form.length() ? form.endsWith(" ") : wasSpace;
            i = found.end();
            requireRoom(text);
        }
        while (text.length() > 0 && text.characters()[text.length() - 1] == MARK) {
            text.removeLast();
        }
    }

    private PrecompiledMap.Match longest(char[] characters, int from, int to) {
        if (map.isPresent()) {
            PrecompiledMap.Match found = map.get().longest(characters, from, to);
            if (found != null) {
                return found;
            }
        }
        int codePoint = CodePoints.at(characters, from, to);
        return new PrecompiledMap.Match(from + Character.charCount(codePoint), Character.toString(codePoint));
    }

    private static void requireRoom(NormalizedText text) {
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "the tokenizer's normalizer, which has a map of longer texts for shorter ones, makes"
                            + " more than " + LONGEST_TEXT + " characters of this text; encode a shorter one");
        }
    }

    /** What Python's {@code \s} finds: four separators more than Unicode has whitespace. */
    private static boolean isSpace(int codePoint) {
        return codePoint >= 0x1C && codePoint <= 0x1F || UnicodeTables.INSTANCE.is(codePoint, UnicodeTables.WHITESPACE);
    }

    /** Python's {@code string.punctuation}: what ASCII has besides letters, digits, the space and what is not printed. */
    private static boolean isPunctuation(int codePoint) {
        return codePoint > ' ' && codePoint < 0x7F && !Character.isLetterOrDigit(codePoint);
    }
}
