package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A ragged batch: the tokens of all sequences one after the other, without padding. Sequence s has the tokens
 * {@code sequenceStarts[s]} to {@code sequenceStarts[s + 1]}.
 *
 * <p>Masked tokens of a padded batch are not in it; their neighbours keep their positions. So nothing is computed for a
 * token that is not there, and the answers are those of the padded computation.
 *
 * @param inputIds {@code [tokens]}, indices into the vocabulary
 * @param positionIds {@code [tokens]}, each token's place in its sequence as it was given, masked tokens counted
 * @param tokenTypeIds {@code [tokens]}, 0 for a first text, 1 for a second
 * @param sequenceStarts {@code [sequences + 1]}, ascending from 0 to the number of tokens
 */
public record TokenBatch(int[] inputIds, int[] positionIds, int[] tokenTypeIds, int[] sequenceStarts) {

    /** Checks that the arrays fit together. */
    public TokenBatch {
        Arguments.require(inputIds, "inputIds");
        Arguments.require(positionIds, "positionIds");
        Arguments.require(tokenTypeIds, "tokenTypeIds");
        Arguments.require(sequenceStarts, "sequenceStarts");
        if (sequenceStarts.length == 1) {
            throw noSequence();
        }
        int tokens = inputIds.length;
        if (positionIds.length != tokens || tokenTypeIds.length != tokens) {
            throw new IllegalArgumentException("a batch of " + tokens + " input ids has " + positionIds.length
                    + " position ids and " + tokenTypeIds.length + " token type ids");
        }
        boolean ascending = sequenceStarts.length > 0 && sequenceStarts[0] == 0;
        for (int s = 1; s < sequenceStarts.length; s++) {
            ascending &= sequenceStarts[s] >= sequenceStarts[s - 1];
        }
        if (!ascending || sequenceStarts[sequenceStarts.length - 1] != tokens) {
            throw new IllegalArgumentException("sequence starts must ascend from 0 to the " + tokens
                    + " tokens of the batch, found " + Arrays.toString(sequenceStarts));
        }
    }

    /** A batch of sequences of any lengths, without token types. */
    public static TokenBatch of(int[]... inputIds) {
        requireSequences(inputIds, "inputIds");
        int[][] tokenTypeIds = new int[inputIds.length][];
        Arrays.setAll(tokenTypeIds, s -> new int[inputIds[s].length]);
        return of(inputIds, tokenTypeIds);
    }

    /** A batch of sequences of any lengths, {@code inputIds[s]} and {@code tokenTypeIds[s]} as long as each other. */
    public static TokenBatch of(int[][] inputIds, int[][] tokenTypeIds) {
        requireSequences(inputIds, "inputIds");
        int[][] attentionMask = new int[inputIds.length][];
        for (int s = 0; s < inputIds.length; s++) {
            attentionMask[s] = new int[inputIds[s].length];
            Arrays.fill(attentionMask[s], 1);
        }
        return masked(inputIds, tokenTypeIds, attentionMask);
    }

    /**
     * A batch of the tokens that a mask leaves.
     *
     * @param attentionMask 1 for a token, 0 for padding; anything else is refused
     */
    public static TokenBatch masked(int[][] inputIds, int[][] tokenTypeIds, int[][] attentionMask) {
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

    private static void requireSequences(int[][] sequences, String name) {
        Arguments.require(sequences, name);
        if (sequences.length == 0) {
            throw noSequence();
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

    private static IllegalArgumentException noSequence() {
        return new IllegalArgumentException("inputIds: a batch needs a sequence at least, found none");
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

    /** How many tokens there are, over all sequences. */
    public int tokens() {
        return inputIds.length;
    }

    /** How many sequences there are. */
    public int sequences() {
        return sequenceStarts.length - 1;
    }

    /**
     * How many tokens one sequence has.
     *
     * @throws IndexOutOfBoundsException if there is no such sequence
     */
    public int length(int sequence) {
        Objects.checkIndex(sequence, sequences());
        return sequenceStarts[sequence + 1] - sequenceStarts[sequence];
    }

    /**
     * Puts rows back where their tokens were in a padded batch; padded positions are zero.
     *
     * @param rows {@code [tokens, features]}
     * @param paddedLength positions of every sequence
     * @return {@code [sequences, paddedLength, features]}
     */
    public Tensor pad(Tensor rows, int paddedLength) {
        Arguments.require(rows, "rows");
        if (rows.rank() != 2 || rows.dimension(0) != tokens()) {
            throw new IllegalArgumentException(
                    "rows: expected the shape [" + tokens() + ", features], a row for each token, found " + rows);
        }
        requireRoom(paddedLength);
        int features = rows.dimension(1);
        Tensor padded = Tensor.zeros(sequences(), paddedLength, features);
        for (int s = 0; s < sequences(); s++) {
            for (int token = sequenceStarts[s]; token < sequenceStarts[s + 1]; token++) {
                int to = (s * paddedLength + positionIds[token]) * features;
                System.arraycopy(rows.data(), token * features, padded.data(), to, features);
            }
        }
        return padded;
    }

    /**
     * Likewise attention maps.
     *
     * @param maps per sequence {@code [heads, length, length]}
     * @return {@code [sequences, heads, paddedLength, paddedLength]}
     */
    public Tensor padAttentions(List<Tensor> maps, int paddedLength) {
        requireMaps(maps);
        requireRoom(paddedLength);
        int heads = maps.getFirst().dimension(0);
        Tensor padded = Tensor.zeros(sequences(), heads, paddedLength, paddedLength);
        for (int s = 0; s < sequences(); s++) {
            int first = sequenceStarts[s];
            int length = length(s);
            for (int i = 0; i < heads * length * length; i++) {
                int head = i / (length * length);
                int query = positionIds[first + i / length % length];
                int key = positionIds[first + i % length];
                int to = ((s * heads + head) * paddedLength + query) * paddedLength + key;
                padded.data()[to] = maps.get(s).data()[i];
            }
        }
        return padded;
    }

    private void requireMaps(List<Tensor> maps) {
        Arguments.require(maps, "maps");
        if (maps.size() != sequences()) {
            throw new IllegalArgumentException(
                    "maps: expected one for each of the " + sequences() + " sequences, found " + maps.size());
        }
        for (int s = 0; s < maps.size(); s++) {
            Tensor map = Arguments.require(maps.get(s), "maps[" + s + "]");
            if (map.rank() != 3
                    || map.dimension(0) != maps.getFirst().dimension(0)
                    || map.dimension(1) != length(s)
                    || map.dimension(2) != length(s)) {
                throw new IllegalArgumentException("maps[" + s + "]: expected the shape [heads, " + length(s) + ", "
                        + length(s) + "], with as many heads as the others, found " + map);
            }
        }
    }

    private void requireRoom(int paddedLength) {
        int last = Arrays.stream(positionIds).max().orElse(-1);
        if (paddedLength < 0 || paddedLength <= last) {
            throw new IllegalArgumentException("paddedLength: expected " + (last + 1)
                    + " or more, for the last token's position, found " + paddedLength);
        }
    }

    /** Whether no sequence is empty or has its first token masked: that is {@code [CLS]}, which stands for all of it. */
    boolean hasFirstTokens() {
        for (int s = 0; s < sequences(); s++) {
            if (lacksFirstToken(s)) {
                return false;
            }
        }
        return true;
    }

    void requireFirstTokens() {
        for (int s = 0; s < sequences(); s++) {
            if (lacksFirstToken(s)) {
                throw new IllegalArgumentException("sequence " + s + " has no first token, or it is masked, but a"
                        + " classifier reads the first token: pad on the right");
            }
        }
    }

    private boolean lacksFirstToken(int sequence) {
        return length(sequence) == 0 || positionIds()[sequenceStarts()[sequence]] != 0;
    }
}
