package io.tesserae.tokenizer.piece;

import io.tesserae.tokenizer.text.NormalizedText;
import io.tesserae.tokenizer.text.NormalizerStep;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Cuts as {@link Unigram} does, but with the sums of SentencePiece's own library, which are of floats, so that other ties are broken. And what the normalizer puts before every stretch of text is cut with it and then dropped:
 * as many pieces as it has by itself, whatever they are.
 *
 * <p>Source: {@code EncodeOptimized} in {@code src/unigram_model.cc} and {@code PopulateSentencePieceText} in {@code
 * src/sentencepiece_processor.cc} of SentencePiece, version 0.2; {@code _tokenize} in {@code
 * transformers/models/siglip/tokenization_siglip.py}, version 5.18.
 */
public final class SentencePieceUnigram implements PieceModel {

    private static final int NONE = PieceTrie.NONE;

    /** How far below the least score an unknown character is. */
    private static final float UNKNOWN_PENALTY = 10;

    private static final int FIRST_ROOM = 64; // chars of a stretch

    private final PieceTrie trie; // of the pieces that are found
    private final Map<String, Integer> others = new HashMap<>(); // those that only an unknown row can look like
    private final float[] scores; // by id
    private final float unknownScore;
    private final int unknownId;
    private int dropped; // written before anybody sees this

    private SentencePieceUnigram(String[] tokens, double[] scores, int unknownId) {
        this.scores = new float[scores.length];
        String[] found = new String[tokens.length];
        float least = Float.MAX_VALUE;
        for (int id = 0; id < tokens.length; id++) {
            this.scores[id] = (float) scores[id];
            if (Double.isNaN(scores[id])) {
                others.put(tokens[id], id);
            } else {
                found[id] = tokens[id];
                least = Math.min(least, this.scores[id]);
            }
        }
        this.trie = new PieceTrie(found);
        this.unknownScore = least - UNKNOWN_PENALTY;
        this.unknownId = unknownId;
    }

    /**
     * The model over a vocabulary.
     *
     * @param tokens by id, every one another
     * @param scores by id, as many; NaN for one that is not found in texts
     * @param unknownId of the unknown token
     * @param normalizer what it makes of an empty text is put before all texts, and dropped
     */
    public static SentencePieceUnigram of(String[] tokens, double[] scores, int unknownId, NormalizerStep normalizer) {
        SentencePieceUnigram model = new SentencePieceUnigram(tokens, scores, unknownId);
        NormalizedText before = new NormalizedText(0);
        normalizer.normalize(new char[0], 0, 0, before);
        TokenSequence pieces = new TokenSequence(before.length());
        model.newCutter().cut(before, 0, before.length(), 0, pieces);
        model.dropped = pieces.size();
        return model;
    }

    @Override
    public Cutter newCutter() {
        return new StretchCutter();
    }

    /** With scratch memory for one text. Places are counted from where the stretch begins. */
    private final class StretchCutter implements Cutter {

        private float[] best = new float[FIRST_ROOM]; // the sum on the best way to this place
        private int[] starts = new int[FIRST_ROOM]; // where the last piece on that way begins; NONE where there is none
        private int[] ids = new int[FIRST_ROOM]; // that piece
        private int[] path = new int[FIRST_ROOM]; // where the pieces of the best way end, the last first

        @Override
        public void cut(NormalizedText text, int from, int to, int word, TokenSequence tokens) {
            makeRoom(to - from);
            findBest(text.characters(), from, to);
            int pieces = findPath(to - from);
            int left = pieces >= dropped ? pieces - dropped : pieces;
            int start = left < pieces ? path[left] : 0;
            for (int i = left - 1; i >= 0; i--) {
                int end = path[i];
                int id = ids[end] == unknownId ? idOfUnknown(text, from + start, from + end) : ids[end];
                tokens.add(id, word, text.start(from + start), text.end(from + end - 1));
                start = end;
            }
        }

        private void makeRoom(int length) {
            if (length >= best.length) {
                int capacity = (int) Math.min(Math.max(2L * best.length, length + 1L), Integer.MAX_VALUE - 16);
                best = new float[capacity];
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
                float soFar = best[start - from];
                boolean hasSingle = false;
                int node = PieceTrie.ROOT;
                for (int i = start; i < to; i++) {
                    int place = trie.step(node, characters[i]);
                    if (place == NONE) {
                        break;
                    }
                    int id = trie.piece(place);
                    if (id != NONE) {
                        offer(i + 1 - from, scores[id] + soFar, start - from, id);
                        hasSingle |= i + 1 - start == width;
                    }
                    node = trie.node(place);
                }
                if (!hasSingle) {
                    offer(start + width - from, unknownScore + soFar, start - from, unknownId);
                }
                start += width;
            }
        }

        private void offer(int end, float sum, int start, int id) {
            if (starts[end] == NONE || sum > best[end]) {
                best[end] = sum;
                starts[end] = start;
                ids[end] = id;
            }
        }

        /** Writes where the pieces end, the last first, unknown ones in a row as one. */
        private int findPath(int length) {
            int pieces = 0;
            boolean wasUnknown = false;
            for (int end = length; end > 0; end = starts[end]) {
                boolean isUnknown = ids[end] == unknownId;
                if (!(isUnknown && wasUnknown)) {
                    path[pieces++] = end;
                }
                wasUnknown = isUnknown;
            }
            return pieces;
        }

        /** A row of unknown characters is asked for by its text: it may look like a piece that is not found. */
        private int idOfUnknown(NormalizedText text, int from, int to) {
            String row = text.substring(from, to);
            Integer id = others.get(row);
            int found = id != null ? id : trie.idOf(text.characters(), from, to);
            return found == NONE ? unknownId : found;
        }
    }
}
