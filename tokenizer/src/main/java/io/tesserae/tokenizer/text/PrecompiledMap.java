package io.tesserae.tokenizer.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The map that SentencePiece makes of its normalization rules (Kudo and Richardson 2018, section 3.2), followed as the reference does it:
 * grapheme by grapheme. If one is fewer than 6 bytes and a beginning of it is in the map, what the shortest such beginning leads to
 * stands for the whole of it; otherwise the same is asked of each of its characters.
 *
 * <p>The map comes from outside: every index in it is checked when it is followed, and a walk is never longer than the bytes of a
 * grapheme. What the reference would panic at is refused.
 *
 * <p>Source: {@code tokenizers/src/normalizers/precompiled.rs}, version 0.23, and {@code spm_precompiled}, version 0.1; the trie is a
 * double array (Aoe 1989) in the layout of darts-clone.
 */
public final class PrecompiledMap implements NormalizerStep {

    private static final int NONE = -1;

    /** Graphemes of so many bytes and more are looked up character by character. */
    private static final int LONG_GRAPHEME = 6;

    /** A map could make every letter a million. */
    private static final int LONGEST_TEXT = 1 << 24;

    private final int[] units; // of the trie; not empty
    private final byte[] texts; // UTF-8, a 0 behind each
    private final NormalForms forms;

    private PrecompiledMap(int[] units, byte[] texts) {
        this.units = units;
        this.texts = texts;
        this.forms = new NormalForms(this::formAlone);
    }

    /**
     * The map in these bytes: how many the trie has, as four bytes, the least first; the trie, four bytes a unit; and the texts.
     *
     * @throws IllegalArgumentException if they are no such map
     */
    public static PrecompiledMap of(byte[] map) {
        ByteBuffer bytes = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < Integer.BYTES) {
            throw new IllegalArgumentException(
                    "precompiled_charsmap: expected 4 bytes that say how long its trie is, found " + bytes.remaining());
        }
        long units = Integer.toUnsignedLong(bytes.getInt()) / Integer.BYTES;
        if (units == 0 || units > bytes.remaining() / Integer.BYTES) {
            throw new IllegalArgumentException("precompiled_charsmap: announces a trie of " + units * Integer.BYTES
                    + " bytes, expected 4 to the " + bytes.remaining() + " that follow");
        }
        int[] trie = new int[(int) units];
        bytes.asIntBuffer().get(trie);
        bytes.position(bytes.position() + Integer.BYTES * trie.length);
        byte[] texts = new byte[bytes.remaining()];
        bytes.get(texts);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("precompiled_charsmap: the texts behind its trie are not in UTF-8", e);
        }
        return new PrecompiledMap(trie, texts);
    }

    @Override
    public void normalize(char[] source, int from, int to, NormalizedText text) {
        text.reset(from);
        Replacement replacement = new Replacement(source, from, to, text);
        for (int i = from; i < to; ) {
            int start = i;
            if (replacement.next() == i) { // not so where something was dropped at the beginning
                i = text.appendForms(source, i, to, forms);
                if (i > start && i < to && Graphemes.isJoined(CodePoints.at(source, i, to))) {
                    text.removeLast();
                    i--;
                }
                if (i > start) {
                    replacement.skipTo(i);
                }
            }
            if (i < to) {
                int end = Graphemes.end(source, i, to);
                replace(source, i, end, replacement);
                i = end;
                requireRoom(text);
            }
        }
    }

    private static void requireRoom(NormalizedText text) {
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "the tokenizer's normalizer, which has a map of longer texts for shorter ones, makes"
                            + " more than " + LONGEST_TEXT + " characters of this text; encode a shorter one");
        }
    }

    private void replace(char[] source, int from, int end, Replacement replacement) {
        int bytes = 0;
        int characters = 0;
        for (int i = from; i < end; characters++) {
            int codePoint = CodePoints.at(source, i, end);
            bytes += CodePoints.utf8Length(codePoint);
            i += Character.charCount(codePoint);
        }
        if (bytes < LONG_GRAPHEME) {
            int found = find(source, from, end);
            if (found != NONE) {
                put(found, characters, replacement);
                return;
            }
        }
        for (int i = from; i < end; ) {
            int codePoint = CodePoints.at(source, i, end);
            int next = i + Character.charCount(codePoint);
            int found = find(source, i, next);
            if (found == NONE) {
                replacement.put(codePoint, 0);
            } else {
                put(found, 1, replacement);
            }
            i = next;
        }
    }

    /** The text at {@code place} in place of so many characters: one for one, and the last for all that are too many. */
    private void put(int place, int characters, Replacement replacement) {
        int length = 0;
        for (int i = place; i < texts.length && texts[i] != 0; i++) {
            length += isContinuation(i) ? 0 : 1;
        }
        if (length == 0) {
            replacement.drop(characters);
            return;
        }
        int written = 0;
        for (int i = place; written < length; ) {
            int codePoint = codePoint(i);
            i += CodePoints.utf8Length(codePoint);
            written++;
            if (written == length && length < characters) {
                replacement.put(codePoint, length - characters);
            } else {
                replacement.put(codePoint, written > characters ? 1 : 0);
            }
        }
    }

    private boolean isContinuation(int place) {
        return (texts[place] & 0xC0) == 0x80;
    }

    /** The character that begins at a place; the texts are known to be valid (RFC 3629, section 3). */
    private int codePoint(int place) {
        int first = texts[place];
        if (first >= 0) {
            return first;
        }
        int missing = (first & 0xE0) == 0xC0 ? 1 : (first & 0xF0) == 0xE0 ? 2 : 3;
        int codePoint = first & 0x3F >> missing;
        for (int i = 1; i <= missing; i++) {
            codePoint = codePoint << 6 | texts[place + i] & 0x3F;
        }
        return codePoint;
    }

    // --- The trie ---

    /** Where the text begins that the shortest beginning of {@code source[from, to)} leads to; {@link #NONE} where none is in the map. */
    private int find(char[] source, int from, int to) {
        int place = offset(units[0]);
        for (int i = from; i < to; ) {
            int codePoint = CodePoints.at(source, i, to);
            int length = CodePoints.utf8Length(codePoint);
            for (int k = 0; k < length; k++) {
                int value = CodePoints.utf8Byte(codePoint, k, length);
                place ^= value;
                int unit = value == 0 ? 0 : unit(place); // a key ends at 0
                if (value == 0 || (unit & (1 << 31 | 0xFF)) != value) {
                    return NONE;
                }
                place ^= offset(unit);
                if ((unit >>> 8 & 1) == 1) {
                    return requireText(unit(place) & Integer.MAX_VALUE);
                }
            }
            i += Character.charCount(codePoint);
        }
        return NONE;
    }

    /**
     * What stands for a beginning of a text.
     *
     * @param end where that beginning ends
     * @param text what stands for it; may be empty
     */
    public record Match(int end, String text) {}

    /**
     * What stands for the longest beginning of {@code source[from, to)} that is in the map, as SentencePiece's own library follows it: bytes
     * are looked at, and not graphemes.
     *
     * @return null where no beginning is in the map
     * @throws IllegalArgumentException if the map leads to where it has nothing
     */
    public Match longest(char[] source, int from, int to) {
        int place = offset(units[0]);
        Match longest = null;
        for (int i = from; i < to; ) {
            int codePoint = CodePoints.at(source, i, to);
            int length = CodePoints.utf8Length(codePoint);
            int end = i + Character.charCount(codePoint);
            for (int k = 0; k < length; k++) {
                int value = CodePoints.utf8Byte(codePoint, k, length);
                place ^= value;
                int unit = value == 0 ? 0 : unit(place); // a key ends at 0
                if (value == 0 || (unit & (1 << 31 | 0xFF)) != value) {
                    return longest;
                }
                place ^= offset(unit);
                if ((unit >>> 8 & 1) == 1 && k == length - 1) {
                    longest = new Match(end, textAt(requireText(unit(place) & Integer.MAX_VALUE)));
                }
            }
            i = end;
        }
        return longest;
    }

    private String textAt(int place) {
        int end = place;
        while (end < texts.length && texts[end] != 0) {
            end++;
        }
        return new String(texts, place, end - place, StandardCharsets.UTF_8);
    }

    /** How far the children of a unit are from it, as a pattern of bits; of 30 bits at most. */
    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }

    private int unit(int place) {
        if (place >= units.length) {
            throw new IllegalArgumentException(
                    "precompiled_charsmap of the tokenizer's normalizer is damaged: its trie has " + units.length
                            + " units and leads to one at " + place);
        }
        return units[place];
    }

    private int requireText(int place) {
        if (place > texts.length || place < texts.length && isContinuation(place)) {
            throw new IllegalArgumentException(
                    "precompiled_charsmap of the tokenizer's normalizer is damaged: its trie leads to" + " a text at "
                            + place + ", where no character begins; the texts are " + texts.length + " bytes");
        }
        return place;
    }

    // --- Chars that stay one char ---

    /** What a char becomes that stands alone, if that is one char again. */
    private char formAlone(char c) {
        if (Character.isSurrogate(c) || !Graphemes.isPlain(c)) {
            return NormalForms.INVOLVED;
        }
        try {
            int found = find(new char[] {c}, 0, 1);
            if (found == NONE) {
                return c < NormalForms.INVOLVED ? c : NormalForms.INVOLVED;
            }
            boolean isOne = found < texts.length && texts[found] != 0;
            int codePoint = isOne ? codePoint(found) : 0;
            int end = found + CodePoints.utf8Length(codePoint);
            isOne &= end == texts.length || end < texts.length && texts[end] == 0;
            return isOne && codePoint < NormalForms.INVOLVED ? (char) codePoint : NormalForms.INVOLVED;
        } catch (IllegalArgumentException _) {
            return NormalForms.INVOLVED; // who has such a char in a text hears of it
        }
    }
}
