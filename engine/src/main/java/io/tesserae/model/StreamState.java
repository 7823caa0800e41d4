package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * What a model has read of streams. Elements of every kind are read as a {@link StreamBatch}; ids that are parts of no observation, as
 * actions are, also one by one as any decoder reads them: so whatever generates with a {@link DecoderState} generates actions. The
 * logits are those of one pass over each whole stream by itself, to the last bit. Not thread-safe.
 */
public final class StreamState implements DecoderState {

    private final StreamModel model;
    private final Decoder.State state;

    StreamState(StreamModel model, Decoder.State state) {
        this.model = model;
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
            rowAt[sequence] = StreamModel.rows(length(sequence), starts[sequence], starts[sequence + 1]);
        }
        return state.advance(ids, StreamModel.inserted(model.embeddings(further), rowAt));
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
        return state.length(sequence);
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
