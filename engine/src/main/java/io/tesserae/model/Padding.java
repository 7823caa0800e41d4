package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The way from a padded batch to a {@link TokenBatch}, which has no padding, and back: padded arrays of what was computed, for those
 * who want them.
 *
 * @param batch whose tokens these are
 * @param length of every sequence, padding included, in tokens
 */
record Padding(TokenBatch batch, int length) {

    /** A batch of the tokens whose mask is 1, with the positions that they have in the padded batch. */
    static TokenBatch remove(int[][] inputIds, int[][] tokenTypeIds, int[][] attentionMask) {
        requireSequences(inputIds, "inputIds");
        requireSameLengths(inputIds, tokenTypeIds, "tokenTypeIds");
        requireSameLengths(inputIds, attentionMask, "attentionMask");
        int[] starts = new int[inputIds.length + 1];
        for (int s = 0; s < inputIds.length; s++) {
            starts[s + 1] = Math.addExact(starts[s], countTokens(attentionMask[s]));
        }
        int tokens = starts[inputIds.length];
        int[] ids = new int[tokens];
        int[] positions = new int[tokens];
        int[] types = new int[tokens];
        int token = 0;
        for (int s = 0; s < inputIds.length; s++) {
            for (int position = 0; position < inputIds[s].length; position++) {
                if (attentionMask[s][position] == 1) {
                    ids[token] = inputIds[s][position];
                    types[token] = tokenTypeIds[s][position];
                    positions[token++] = position;
                }
            }
        }
        return new TokenBatch(ids, positions, types, starts);
    }

    static void requireSequences(int[][] sequences, String name) {
        Arguments.require(sequences, name);
        if (sequences.length == 0) {
            throw TokenBatch.noSequence();
        }
        for (int s = 0; s < sequences.length; s++) {
            Arguments.require(sequences[s], name + "[" + s + "]");
        }
    }

    private static void requireSameLengths(int[][] inputIds, int[][] others, String name) {
        Arguments.require(others, name);
        if (others.length != inputIds.length) {
            throw new IllegalArgumentException(
                    name + ": expected one for each of the " + inputIds.length + " sequences, found " + others.length);
        }
        for (int s = 0; s < inputIds.length; s++) {
            Arguments.require(others[s], name + "[" + s + "]");
            if (others[s].length != inputIds[s].length) {
                throw new IllegalArgumentException(name + "[" + s + "]: expected " + inputIds[s].length
                        + " values, one for each input id of the sequence, found " + others[s].length);
            }
        }
    }

    private static int countTokens(int[] attentionMask) {
        int count = 0;
        for (int value : attentionMask) {
            if (value != 0 && value != 1) {
                throw new IllegalArgumentException("attention_mask: expected 0 or 1, found " + value);
            }
            count += value;
        }
        return count;
    }

    /** {@code [tokens, features]} to {@code [sequences, length, features]}. */
    Tensor rows(Tensor rows) {
        if (rows.rank() != 2 || rows.dimension(0) != batch.tokens()) {
            throw new IllegalArgumentException(
                    "rows: expected the shape [" + batch.tokens() + ", features], a row for each token, found " + rows);
        }
        requireRoom();
        int features = rows.dimension(1);
        Tensor padded = Tensor.zeros(batch.sequences(), length, features);
        int[] starts = batch.sequenceStarts();
        for (int s = 0; s < batch.sequences(); s++) {
            for (int token = starts[s]; token < starts[s + 1]; token++) {
                int to = (s * length + batch.positionIds()[token]) * features;
                System.arraycopy(rows.data(), token * features, padded.data(), to, features);
            }
        }
        return padded;
    }

    /** Per sequence {@code [heads, tokens, tokens]}, to {@code [sequences, heads, length, length]}. */
    Tensor attentions(List<Tensor> maps) {
        requireMaps(maps);
        requireRoom();
        int heads = maps.getFirst().dimension(0);
        Tensor padded = Tensor.zeros(batch.sequences(), heads, length, length);
        int[] positions = batch.positionIds();
        for (int s = 0; s < batch.sequences(); s++) {
            int first = batch.sequenceStarts()[s];
            int tokens = batch.length(s);
            for (int i = 0; i < heads * tokens * tokens; i++) {
                int head = i / (tokens * tokens);
                int query = positions[first + i / tokens % tokens];
                int key = positions[first + i % tokens];
                int to = ((s * heads + head) * length + query) * length + key;
                padded.data()[to] = maps.get(s).data()[i];
            }
        }
        return padded;
    }

    private void requireMaps(List<Tensor> maps) {
        if (maps.size() != batch.sequences()) {
            throw new IllegalArgumentException(
                    "maps: expected one for each of the " + batch.sequences() + " sequences, found " + maps.size());
        }
        for (int s = 0; s < maps.size(); s++) {
            Tensor map = Arguments.require(maps.get(s), "maps[" + s + "]");
            int tokens = batch.length(s);
            if (map.rank() != 3
                    || map.dimension(0) != maps.getFirst().dimension(0)
                    || map.dimension(1) != tokens
                    || map.dimension(2) != tokens) {
                throw new IllegalArgumentException("maps[" + s + "]: expected the shape [heads, " + tokens + ", "
                        + tokens + "], with as many heads as the others, found " + map);
            }
        }
    }

    private void requireRoom() {
        int last = Arrays.stream(batch.positionIds()).max().orElse(-1);
        if (length < 0 || length <= last) {
            throw new IllegalArgumentException("paddedLength: expected " + (last + 1)
                    + " or more, for the last token's position, found " + length);
        }
    }
}
