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
        Padding.requireSequences(inputIds, "inputIds");
        int[][] tokenTypeIds = new int[inputIds.length][];
        Arrays.setAll(tokenTypeIds, s -> new int[inputIds[s].length]);
        return of(inputIds, tokenTypeIds);
    }

    /** A batch of sequences of any lengths, {@code inputIds[s]} and {@code tokenTypeIds[s]} as long as each other. */
    public static TokenBatch of(int[][] inputIds, int[][] tokenTypeIds) {
        Padding.requireSequences(inputIds, "inputIds");
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
        return Padding.remove(inputIds, tokenTypeIds, attentionMask);
    }

    static IllegalArgumentException noSequence() {
        return new IllegalArgumentException("inputIds: a batch needs a sequence at least, found none");
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
        return new Padding(this, paddedLength).rows(Arguments.require(rows, "rows"));
    }

    /**
     * Puts attention maps back where their tokens were in a padded batch; padded positions are zero.
     *
     * @param maps per sequence {@code [heads, length, length]}
     * @return {@code [sequences, heads, paddedLength, paddedLength]}
     */
    public Tensor padAttentions(List<Tensor> maps, int paddedLength) {
        return new Padding(this, paddedLength).attentions(Arguments.require(maps, "maps"));
    }
}
