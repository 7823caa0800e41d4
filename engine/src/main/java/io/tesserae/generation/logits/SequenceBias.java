package io.tesserae.generation.logits;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adds to the score of a token that would complete a sequence; minus infinity forbids it. Transformers' {@code
 * SequenceBiasLogitsProcessor} and {@code NoBadWordsLogitsProcessor}.
 */
public final class SequenceBias implements LogitsProcessor {

    private final int[][] sequences;
    private final float[] biases;
    /** By token, what is added at one step: first all of it is summed, as the reference does. */
    private final float[] sums;

    /**
     * @param biasBySequence by the ids of a sequence, what is added to the score of its last
     * @throws IllegalArgumentException if one of the ids is not in the vocabulary
     */
    public SequenceBias(Map<List<Integer>, Float> biasBySequence, int vocabularySize) {
        sequences = new int[biasBySequence.size()][];
        biases = new float[biasBySequence.size()];
        sums = new float[vocabularySize];
        Set<Integer> unknown = new TreeSet<>();
        int count = 0;
        for (Map.Entry<List<Integer>, Float> entry : biasBySequence.entrySet()) {
            entry.getKey().stream()
                    .filter(token -> token < 0 || token >= vocabularySize)
                    .forEach(unknown::add);
            sequences[count] = entry.getKey().stream().mapToInt(token -> token).toArray();
            biases[count++] = entry.getValue();
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("The model vocabulary size is " + vocabularySize
                    + ", but the following tokens were being biased: " + unknown);
        }
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        Arrays.fill(sums, 0f);
        for (int i = 0; i < sequences.length; i++) {
            int[] sequence = sequences[i];
            if (history.endsWith(sequence, sequence.length - 1)) {
                sums[sequence[sequence.length - 1]] += biases[i];
            }
        }
        for (int token = 0; token < scores.length; token++) {
            scores[token] += sums[token];
        }
    }
}
