package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.InsertedRows;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;

/**
 * What a model has read of streams. Elements of every kind are read as a {@link StreamBatch}; ids that are parts of no observation, as
 * actions are, also one by one as any decoder reads them: so whatever generates with a {@link DecoderState} generates actions. The
 * logits are those of one pass over each whole stream by itself, to the last bit. Not thread-safe.
 */
public final class StreamState implements DecoderState {

    private final Function<StreamBatch, Tensor> embedding;
    private final Decoder.State state;

    /**
     * Sequences that are empty yet.
     *
     * @param embedding the elements' rows, {@code [elements, hidden]}
     */
    StreamState(Function<StreamBatch, Tensor> embedding, Decoder.State state) {
        this.embedding = embedding;
        this.state = state;
    }

    /**
     * Reads further elements of every sequence.
     *
     * @param further those of each sequence, one or more, none of them masked; their positions are counted on from those before
     * @return the logits after the last element of each, {@code [sequences, vocabulary]}; good until the next call
     * @throws IllegalArgumentException if the model does not take an element, or a sequence becomes longer than {@link #maxLength}
     */
    public Tensor advance(StreamBatch further) {
        TokenBatch elements = Arguments.require(further, "further").elements();
        if (elements.sequences() != sequences()) {
            throw new IllegalArgumentException(
                    "further: expected the elements of " + sequences() + " sequences, found " + elements.sequences());
        }
        int[] starts = elements.sequenceStarts();
        int[][] ids = new int[sequences()][];
        int[][] rowAt = new int[sequences()][];
        for (int sequence = 0; sequence < ids.length; sequence++) {
            requireUnmasked(elements, sequence);
            ids[sequence] = Arrays.copyOfRange(elements.inputIds(), starts[sequence], starts[sequence + 1]);
            rowAt[sequence] = rows(length(sequence), starts[sequence], starts[sequence + 1]);
        }
        return state.advance(ids, inserted(embedding.apply(further), rowAt));
    }

    /** Which row is read at each of a sequence's tokens: those that were read before are read no more. */
    static int[] rows(int before, int start, int end) {
        int[] rows = new int[before + end - start];
        for (int token = 0; token < rows.length; token++) {
            rows[token] = token < before ? InsertedRows.WORD : start + token - before;
        }
        return rows;
    }

    /** The embeddings of all elements, in the place of those that a table has for their ids. */
    static DecoderContext inserted(Tensor embeddings, int[][] rowAt) {
        int[] each = new int[rowAt.length];
        for (int sequence = 0; sequence < each.length; sequence++) {
            each[sequence] = sequence;
        }
        return DecoderContext.of(new InsertedRows(embeddings, rowAt, each));
    }

    private static void requireUnmasked(TokenBatch elements, int sequence) {
        int start = elements.sequenceStarts()[sequence];
        for (int element = start; element < elements.sequenceStarts()[sequence + 1]; element++) {
            if (elements.positionIds()[element] != element - start) {
                throw new IllegalArgumentException("further: sequence " + sequence + ": element " + (element - start)
                        + " has position " + elements.positionIds()[element] + ": leave none out");
            }
        }
    }

    @Override
    public Tensor advance(int[][] tokens) {
        return state.advance(tokens);
    }

    @Override
    public int sequences() {
        return state.sequences();
    }

    @Override
    public int length(int sequence) {
        return state.length(Objects.checkIndex(sequence, sequences()));
    }

    @Override
    public int vocabularySize() {
        return state.vocabularySize();
    }

    @Override
    public int maxLength() {
        return state.maxLength();
    }

    @Override
    public void select(int[] parents) {
        state.select(parents);
    }

    @Override
    public void close() {
        state.close();
    }
}
