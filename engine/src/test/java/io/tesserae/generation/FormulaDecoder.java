package io.tesserae.generation;

import io.tesserae.model.DecoderState;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/** A decoder whose logits are a formula of the ids of a sequence: that of testdata/make_generation_cases.py, to the bit. */
final class FormulaDecoder implements DecoderState {

    private final long seed;
    private final int vocabulary;
    private final int positions;
    private int[][] sequences;
    /** One array, as that of a real decoder may be: what is kept of an earlier call is overwritten. */
    private float[] logits = new float[0];

    /** What has been computed: a sequence and a step each. */
    private int rowsComputed;

    FormulaDecoder(long seed, int vocabulary, int positions, int sequences) {
        this.seed = seed;
        this.vocabulary = vocabulary;
        this.positions = positions;
        this.sequences = new int[sequences][0];
    }

    int rowsComputed() {
        return rowsComputed;
    }

    @Override
    public int sequences() {
        return sequences.length;
    }

    @Override
    public int length(int sequence) {
        return sequences[sequence].length;
    }

    @Override
    public int vocabularySize() {
        return vocabulary;
    }

    @Override
    public int maxLength() {
        return positions;
    }

    @Override
    public Tensor advance(int[][] tokens) {
        if (tokens.length != sequences.length) {
            throw new AssertionError(tokens.length + " rows for " + sequences.length + " sequences");
        }
        Arrays.fill(logits, Float.NaN);
        logits = logits.length < tokens.length * vocabulary ? new float[tokens.length * vocabulary + 3] : logits;
        for (int s = 0; s < tokens.length; s++) {
            int old = sequences[s].length;
            sequences[s] = Arrays.copyOf(sequences[s], old + tokens[s].length);
            System.arraycopy(tokens[s], 0, sequences[s], old, tokens[s].length);
            if (sequences[s].length > positions) {
                throw new AssertionError("more than " + positions + " positions");
            }
            long state = mix(seed);
            for (int token : sequences[s]) {
                state = mix(state ^ token + 1L);
            }
            for (int token = 0; token < vocabulary; token++) {
                long word = mix(state + (token + 1) * 0x9E3779B97F4A7C15L);
                logits[s * vocabulary + token] = ((word >>> 40) - (1 << 23)) / (float) (1 << 21);
            }
            rowsComputed++;
        }
        return Tensor.of(logits, tokens.length, vocabulary);
    }

    @Override
    public void select(int[] parents) {
        sequences = Arrays.stream(parents)
                .mapToObj(parent -> sequences[parent].clone())
                .toArray(int[][]::new);
    }

    @Override
    public void close() {}

    private static long mix(long word) {
        word = (word ^ word >>> 30) * 0xBF58476D1CE4E5B9L;
        word = (word ^ word >>> 27) * 0x94D049BB133111EBL;
        return word ^ word >>> 31;
    }
}
