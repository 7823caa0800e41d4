package io.tesserae.tokenizer.piece;

import io.tesserae.tokenizer.text.NormalizedText;
import java.util.OptionalInt;

/**
 * Cuts a word into single characters and merges pairs of neighbours, always the pair that comes first in the list of merges, the leftmost
 * among equals, until none is left that can be merged (Sennrich et al. 2016, section 3.2).
 *
 * <p>A character that the vocabulary lacks becomes the unknown token; where there is none it is left out, as in the reference. What follows
 * it keeps its place in the text here, while the reference moves it to the left.
 *
 * <p>Most words are one token in the end. Whether a token is what its own characters are merged to is found out when it is met first, and
 * noted: from then on a word that looks like it costs one look-up. Threads may note the same thing twice, but never different things.
 */
public final class BytePair implements PieceModel {

    private static final int NO_UNKNOWN = -1;

    private static final byte NOT_YET_MET = 0;
    private static final byte STANDS = 1; // its characters are merged to it
    private static final byte FALLS = 2; // they are not

    /** A symbol for each of these is looked up once for all; among them are all that stand for bytes. */
    private static final int FREQUENT = 512;

    private final TokenIndex index;
    private final MergeTable merges;
    private final int unknownId;
    private final boolean fusesUnknown;
    private final boolean ignoresMerges;
    private final int[] frequent = new int[FREQUENT]; // ids by character, -1 where the vocabulary lacks it
    private final byte[] met; // by entry of the index

    private BytePair(TokenIndex index, MergeTable merges, int unknownId, boolean fusesUnknown, boolean ignoresMerges) {
        this.index = index;
        this.merges = merges;
        this.unknownId = unknownId;
        this.fusesUnknown = fusesUnknown;
        this.ignoresMerges = ignoresMerges;
        this.met = new byte[index.size()];
        char[] one = new char[1];
        for (char c = 0; c < FREQUENT; c++) {
            one[0] = c;
            frequent[c] = index.idOf(one, 0, 1);
        }
    }

    /**
     * The model over a vocabulary.
     *
     * @param tokens by id; null where there is none
     * @param unknownId of the unknown token; empty where there is none
     * @param fusesUnknown whether unknown characters in a row are one token
     * @param ignoresMerges whether a word that is in the vocabulary is one token, whatever its characters are merged to
     */
    public static BytePair of(
            String[] tokens, MergeTable merges, OptionalInt unknownId, boolean fusesUnknown, boolean ignoresMerges) {
        return new BytePair(
                new TokenIndex(tokens, ""), merges, unknownId.orElse(NO_UNKNOWN), fusesUnknown, ignoresMerges);
    }

    @Override
    public Cutter newCutter() {
        return new WordCutter();
    }

    /** With scratch memory for one text. */
    private final class WordCutter implements Cutter {

        private final Symbols symbols = new Symbols(merges);

        @Override
        public void cut(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
            char[] characters = text.characters();
            int entry = index.exactMatch(characters, from, to);
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

        private void spell(char[] characters, int from, int to) {
            symbols.clear(to - from);
            for (int i = from; i < to; ) {
                int end = i + 1;
                int id;
                if (characters[i] < FREQUENT) {
                    id = frequent[characters[i]];
                } else {
                    end = i + Character.charCount(Character.codePointAt(characters, i, to));
                    id = index.idOf(characters, i, end);
                }
                if (id >= 0) {
                    symbols.add(id, i, end);
                } else if (unknownId != NO_UNKNOWN) {
                    addUnknown(i, end);
                }
                i = end;
            }
        }

        private void addUnknown(int start, int end) {
            if (fusesUnknown && symbols.endsWithUnknown()) {
                symbols.lengthenLast(end);
            } else {
                symbols.addUnknown(unknownId, start, end);
            }
        }
    }
}
