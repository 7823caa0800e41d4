package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts in, words and their weights out, those of the text and others that would fit: SPLADE, Formal et al., arXiv 2107.05720. A masked
 * language model says of every token which words fit there; what {@link SparsePooling} makes of that is the text's vector.
 *
 * <p>Immutable and thread-safe.
 */
public final class SparseEncoder implements Model {

    /**
     * Tokens whose scores are in memory at a time, 64 MB of them with a vocabulary of 30,522. A longer sequence is scored by itself.
     */
    private static final int TOKENS_AT_A_TIME = 512;

    private final MaskedLanguageModel model;
    private final SparsePooling pooling;

    /** Puts an encoder together. */
    public SparseEncoder(MaskedLanguageModel model, SparsePooling pooling) {
        this.model = Arguments.require(model, "model");
        this.pooling = Arguments.require(pooling, "pooling");
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
            TokenBatch some = part(batch, first, end);
            Tensor logits = model.forward(some, OutputOptions.RESULT_ONLY).logits(); // [tokens, vocabulary]
            for (int s = 0; s < some.sequences(); s++) {
                vectors.add(pooling.pool(logits, some.sequenceStarts()[s], some.sequenceStarts()[s + 1]));
            }
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

    /** What scores the vocabulary. */
    public MaskedLanguageModel model() {
        return model;
    }

    /** What becomes of the scores. */
    public SparsePooling pooling() {
        return pooling;
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return model.toString();
    }

    @Override
    public void close() {
        model.close();
    }
}
