package io.tesserae.tokenizer.piece;

import io.tesserae.tokenizer.text.CodePoints;
import io.tesserae.tokenizer.text.NormalizedText;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Cuts a word into those pieces of which the scores make the largest sum (Kudo 2018, section 3.1), found by Viterbi's algorithm: the best
 * way to each place of the word is the best of those that end there with one piece. Of two equal ones that counts which was found first,
 * from the left.
 *
 * <p>A character that is no piece by itself may be passed as an unknown one, at a score below all others. Unknown ones in a row are one;
 * together they are spelt in bytes, where there is a token for each, or else become the unknown token. Should such a row, or the unknown
 * token with such characters beside it, look like a piece, it is that piece.
 *
 * <p>Source: {@code encode_optimized} and {@code tokenize} in {@code tokenizers/src/models/unigram/model.rs}, version 0.23. Sums are of
 * doubles and in the same order, as ties are many.
 */
public final class Unigram implements PieceModel {

    private static final int NONE = PieceTrie.NONE;

    /** How far below the least score an unknown character is. */
    private static final double UNKNOWN_PENALTY = 10;

    private static final int MOST_SHOWN = 60; // chars of a word in a message

    private static final int FIRST_ROOM = 64; // chars of a word

    private final PieceTrie trie;
    private final double[] scores; // by id
    private final double unknownScore;
    private final int unknownId; // NONE where there is none
    private final int[] byteIds; // [256], NONE where there is none; or empty

    private Unigram(PieceTrie trie, double[] scores, int unknownId, int[] byteIds) {
        this.trie = trie;
        this.scores = scores;
        this.unknownScore = Arrays.stream(scores).min().orElse(Double.POSITIVE_INFINITY) - UNKNOWN_PENALTY;
        this.unknownId = unknownId;
        this.byteIds = byteIds;
    }

    /**
     * The model over a vocabulary.
     *
     * @param tokens by id, every one another
     * @param scores by id, as many
     * @param unknownId of the unknown token; empty where there is none, and then a word that cannot be spelt is refused
     * @param byteIds the tokens of the bytes that unknown characters are spelt in, [256], -1 where one is missing; or empty
     */
    public static Unigram of(String[] tokens, double[] scores, OptionalInt unknownId, int[] byteIds) {
        return new Unigram(new PieceTrie(tokens), scores.clone(), unknownId.orElse(NONE), byteIds);
    }

    @Override
    public Cutter newCutter() {
        return new WordCutter();
    }

    /** With scratch memory for one text. Places are counted from where the word begins. */
    private final class WordCutter implements Cutter {

        private double[] best = new double[FIRST_ROOM]; // the sum on the best way to this place
        private int[] starts =
                new int[FIRST_ROOM]; // where the last piece on that way begins; NONE where no way was found yet
        private int[] ids = new int[FIRST_ROOM]; // that piece
        private int[] path = new int[FIRST_ROOM]; // where the pieces of the best way end, the last first

        @Override
        public void cut(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
            char[] characters = text.characters();
            int length = to - from;
            makeRoom(length);
            findBest(characters, from, to);
            int pieces = 0;
            for (int end = length; end > 0; end = starts[end]) {
                path[pieces++] = end;
            }
            for (int i = pieces - 1; i >= 0; i--) {
                int start = starts[path[i]];
                if (ids[path[i]] != unknownId) {
                    tokens.add(ids[path[i]], word, text.start(from + start), text.end(from + path[i] - 1));
                    continue;
                }
                while (i > 0 && ids[path[i - 1]] == unknownId) {
                    i--;
                }
                addUnknown(text, from + start, from + path[i], word, tokens);
            }
        }

        private void makeRoom(int length) {
            if (length >= best.length) {
                int capacity = (int) Math.min(Math.max(2L * best.length, length + 1L), Integer.MAX_VALUE - 16);
                best = new double[capacity];
                starts = new int[capacity];
                ids = new int[capacity];
                path = new int[capacity];
            }
            Arrays.fill(starts, 1, length + 1, NONE);
        }

        private void findBest(char[] characters, int from, int to) {
            best[0] = 0;
            for (int start = from; start < to; ) {
                int width = Character.charCount(Character.codePointAt(characters, start, to));
                double soFar = best[start - from];
                boolean hasSingle = false;
                int node = PieceTrie.ROOT;
                for (int i = start; i < to; i++) {
                    int place = trie.step(node, characters[i]);
                    if (place == NONE) {
                        break;
                    }
                    int id = trie.piece(place);
                    if (id != NONE) {
                        offer(i + 1 - from, soFar + scores[id], start - from, id);
                        hasSingle |= i + 1 - start == width;
                    }
                    node = trie.node(place);
                }
                if (!hasSingle) {
                    requireUnknown(characters, from, to, start + width - from, soFar + unknownScore);
                    offer(start + width - from, soFar + unknownScore, start - from, unknownId);
                }
                start += width;
            }
        }

        private void offer(int end, double sum, int start, int id) {
            if (starts[end] == NONE || sum > best[end]) {
                best[end] = sum;
                starts[end] = start;
                ids[end] = id;
            }
        }

        /** Without an unknown token, a character that is no piece is an error as soon as its being unknown would be the best way. */
        private void requireUnknown(char[] characters, int from, int to, int end, double sum) {
            if (unknownId == NONE && (starts[end] == NONE || sum > best[end])) {
                int shown = Math.min(to - from, MOST_SHOWN);
                throw new IllegalArgumentException("the vocabulary cannot spell \""
                        + new String(characters, from, shown) + (shown < to - from ? "..." : "")
                        + "\", and the tokenizer has no unknown token to stand for it; leave the word out, or give the"
                        + " tokenizer's model an unk_id");
            }
        }

        /** What becomes of unknown characters in a row, of which some may be the unknown token as it is written. */
        private void addUnknown(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
            int start = text.start(from);
            int end = text.end(to - 1);
            int id = trie.idOf(text.characters(), from, to);
            if (id == NONE && canSpell(text.characters(), from, to)) {
                addBytes(text, from, to, word, tokens);
                return;
            }
            tokens.add(id == NONE ? unknownId : id, word, start, end);
        }

        private boolean canSpell(char[] characters, int from, int to) {
            if (byteIds.length == 0) {
                return false;
            }
            for (int i = from; i < to; ) {
                int codePoint = CodePoints.at(characters, i, to);
                int length = CodePoints.utf8Length(codePoint);
                for (int place = 0; place < length; place++) {
                    if (byteIds[CodePoints.utf8Byte(codePoint, place, length)] == NONE) {
                        return false;
                    }
                }
                i += Character.charCount(codePoint);
            }
            return true;
        }

        /** All bytes come from the whole of the row. */
        private void addBytes(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
            for (int i = from; i < to; ) {
                int codePoint = CodePoints.at(text.characters(), i, to);
                int length = CodePoints.utf8Length(codePoint);
                for (int place = 0; place < length; place++) {
                    int value = CodePoints.utf8Byte(codePoint, place, length);
                    tokens.add(byteIds[value], word, text.start(from), text.end(to - 1));
                }
                i += Character.charCount(codePoint);
            }
        }
    }
}
