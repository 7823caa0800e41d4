package io.tesserae.tokenizer.piece;

import io.tesserae.tokenizer.text.CodePoints;
import io.tesserae.tokenizer.text.NormalizedText;
import java.util.OptionalInt;

/**
 * Cuts a word into single characters and merges pairs of neighbours, always the pair that comes first in the list of merges, the leftmost
 * among equals, until none is left that can be merged (Sennrich et al. 2016, section 3.2).
 *
 * <p>A character that the vocabulary lacks is spelt in bytes, where there is a token for each of them; else it becomes the unknown token, or
 * is left out where there is none, as in the reference. What follows keeps its place in the text here, while the reference moves it to the
 * left. Like there, an unknown token waits for the next known character, and so comes behind the bytes of those between.
 *
 * <p>In some vocabularies a suffix marks the last character of a word: what is looked up for it is the character with the suffix.
 *
 * <p>Most words are one token in the end. Whether a token is what its own characters are merged to is found out when it is met first, and
 * noted: from then on a word that looks like it costs one look-up. Threads may note the same thing twice, but never different things.
 */
public final class BytePair implements PieceModel {

    private static final int NONE = -1;

    private static final byte NOT_YET_MET = 0;
    private static final byte STANDS = 1; // its characters are merged to it
    private static final byte FALLS = 2; // they are not

    /** A symbol for each of these is looked up once for all; among them are all that stand for bytes. */
    private static final int FREQUENT = 512;

    private final TokenIndex index;
    private final MergeTable merges;
    private final int unknownId;
    private final boolean fusesUnknown;
    private final int[] byteIds; // [256], NONE where there is none; or empty
    private final boolean ignoresMerges;
    private final char[] suffix; // of a word's last character; empty where nothing marks it
    private final int[] frequent = new int[FREQUENT]; // ids by character, -1 where the vocabulary lacks it
    private final byte[] met; // by entry of the index

    private BytePair(
            TokenIndex index, MergeTable merges, Unknown unknown, boolean ignoresMerges, String endOfWordSuffix) {
        this.index = index;
        this.merges = merges;
        this.unknownId = unknown.id().orElse(NONE);
        this.fusesUnknown = unknown.fuses();
        this.byteIds = unknown.byteIds();
        this.ignoresMerges = ignoresMerges;
        this.suffix = endOfWordSuffix.toCharArray();
        this.met = new byte[index.size()];
        char[] one = new char[1];
        for (char c = 0; c < FREQUENT; c++) {
            one[0] = c;
            frequent[c] = index.idOf(one, 0, 1);
        }
    }

    /**
     * What becomes of a character that the vocabulary lacks.
     *
     * @param id of the unknown token; empty where there is none
     * @param fuses whether unknown characters in a row are one token
     * @param byteIds the tokens of the bytes that such a character is spelt in, [256], -1 where one is missing; or empty
     */
    public record Unknown(OptionalInt id, boolean fuses, int[] byteIds) {}

    /**
     * The model over a vocabulary.
     *
     * @param tokens by id; null where there is none
     * @param unknown what becomes of a character that it lacks
     * @param ignoresMerges whether a word that is in the vocabulary is one token, whatever its characters are merged to
     * @param endOfWordSuffix what marks a word's last character in the vocabulary; empty where nothing does
     */
    public static BytePair of(
            String[] tokens, MergeTable merges, Unknown unknown, boolean ignoresMerges, String endOfWordSuffix) {
        return new BytePair(new TokenIndex(tokens, ""), merges, unknown, ignoresMerges, endOfWordSuffix);
    }

    @Override
    public Cutter newCutter() {
        return new WordCutter();
    }

    /** With scratch memory for one text. */
    private final class WordCutter implements Cutter {

        private final Symbols symbols = new Symbols(merges);
        private int unknownStart; // of the unknown token that waits; NONE where none does
        private int unknownEnd;
        private char[] marked = new char[32]; // the end of a word, with the suffix

        @Override
        public void cut(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
            char[] characters = text.characters();
            int entry = suffix.length == 0 ? index.exactMatch(characters, from, to) : markedMatch(characters, from, to);
            if (entry >= 0 && (ignoresMerges || met[entry] == STANDS)) {
                tokens.add(index.id(entry), word, text.start(from), text.end(to - 1));
                return;
            }
            spell(characters, from, to);
            symbols.merge();
            if (entry >= 0 && met[entry] == NOT_YET_MET) {
                met[entry] = symbols.isOnly(index.id(entry)) ? STANDS : FALLS;
            }
            for (int i = symbols.first(); i >= 0; i = symbols.next(i)) {
                tokens.add(symbols.id(i), word, text.start(symbols.start(i)), text.end(symbols.end(i) - 1));
            }
        }

        /** The token that {@code characters[from, to)} is at the end of a word. */
        private int markedMatch(char[] characters, int from, int to) {
            int length = to - from;
            if (length + suffix.length > index.longest()) {
                return NONE;
            }
            if (length + suffix.length > marked.length) {
                marked = new char[index.longest()];
            }
            System.arraycopy(characters, from, marked, 0, length);
            System.arraycopy(suffix, 0, marked, length, suffix.length);
            return index.exactMatch(marked, 0, length + suffix.length);
        }

        /** The id of the last character of a word; -1 if the vocabulary lacks it. */
        private int lastId(char[] characters, int from, int to) {
            int entry = markedMatch(characters, from, to);
            return entry >= 0 ? index.id(entry) : NONE;
        }

        private void spell(char[] characters, int from, int to) {
            symbols.clear();
            unknownStart = NONE;
            for (int i = from; i < to; ) {
                int end = i + 1;
                int id;
                if (characters[i] < FREQUENT) {
                    id = frequent[characters[i]];
                } else {
                    end = i + Character.charCount(Character.codePointAt(characters, i, to));
                    id = index.idOf(characters, i, end);
                }
                if (end == to && suffix.length > 0) {
                    id = lastId(characters, i, end);
                }
                if (id >= 0) {
                    addWaiting();
                    symbols.add(id, i, end);
                } else if (!addBytes(characters, i, end) && unknownId != NONE) {
                    if (!fusesUnknown) {
                        addWaiting();
                    }
                    unknownStart = unknownStart == NONE ? i : unknownStart;
                    unknownEnd = end;
                }
                i = end;
            }
            addWaiting();
        }

        private void addWaiting() {
            if (unknownStart != NONE) {
                symbols.add(unknownId, unknownStart, unknownEnd);
                unknownStart = NONE;
            }
        }

        /** Spells the character {@code characters[start, end)} in bytes, all from the whole of it; or says that it cannot. */
        private boolean addBytes(char[] characters, int start, int end) {
            if (byteIds.length == 0) {
                return false;
            }
            int codePoint = CodePoints.at(characters, start, end);
            int length = CodePoints.utf8Length(codePoint);
            for (int place = 0; place < length; place++) {
                if (byteIds[CodePoints.utf8Byte(codePoint, place, length)] == NONE) {
                    return false;
                }
            }
            for (int place = 0; place < length; place++) {
                symbols.add(byteIds[CodePoints.utf8Byte(codePoint, place, length)], start, end);
            }
            return true;
        }
    }
}
