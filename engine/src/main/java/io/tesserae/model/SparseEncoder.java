package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts in, words and their weights out. How they are weighed, and whether words weigh that are not in the text, is up to the {@link
 * SparseWeighing}.
 *
 * <p>Immutable and thread-safe.
 */
public final class SparseEncoder implements Model {

    /**
     * Tokens whose scores are in memory at a time, 64 MB of them with a vocabulary of 30,522. A longer sequence is scored by itself.
     */
    private static final int TOKENS_AT_A_TIME = 512;

    private final SparseWeighing weighing;

    /** Puts an encoder together. */
    public SparseEncoder(SparseWeighing weighing) {
        this.weighing = Arguments.require(weighing, "weighing");
    }

    /**
     * The vectors of a batch of texts, one for each sequence.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     */
    public List<SparseVector> forward(TokenBatch batch) {
        int sequences = Arguments.require(batch, "batch").sequences();
        List<SparseVector> vectors = new ArrayList<>(sequences);
        for (int first = 0, end; first < sequences; first = end) {
            end = first + 1;
            while (end < sequences
                    && batch.sequenceStarts()[end + 1] - batch.sequenceStarts()[first] <= TOKENS_AT_A_TIME) {
                end++;
            }
            vectors.addAll(weighing.weigh(part(batch, first, end)));
        }
        return vectors;
    }

    private static TokenBatch part(TokenBatch batch, int first, int end) {
        int from = batch.sequenceStarts()[first];
        int to = batch.sequenceStarts()[end];
        int[] starts = Arrays.copyOfRange(batch.sequenceStarts(), first, end + 1);
        Arrays.setAll(starts, i -> starts[i] - from);
        return new TokenBatch(
                Arrays.copyOfRange(batch.inputIds(), from, to),
                Arrays.copyOfRange(batch.positionIds(), from, to),
                Arrays.copyOfRange(batch.tokenTypeIds(), from, to),
                starts);
    }

    /** What reads the texts. */
    public TokenBackbone backbone() {
        return weighing.backbone();
    }

    /** How the words of a text come to their weights. */
    public SparseWeighing weighing() {
        return weighing;
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return backbone().toString();
    }

    @Override
    public void close() {
        backbone().close();
    }
}
