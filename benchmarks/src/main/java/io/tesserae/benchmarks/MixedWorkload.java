package io.tesserae.benchmarks;

import io.tesserae.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Sentences of mixed length, as tokens: what a service is sent that does not know what comes next. Lengths are log-normal with
 * a median of about 22 tokens, cut to 4 to 128, and the same on every machine: {@link Random} and {@link StrictMath} give
 * the same bits everywhere. Ids follow the rule of {@link TokenWorkload}.
 *
 * @param lengths the number of tokens of each sentence, in the order in which they come
 * @param paddedBatch how many sentences make a batch where batches are padded
 * @param sorted whether whoever pads is given the sentences by length, which wastes least
 */
public record MixedWorkload(List<Integer> lengths, int paddedBatch, boolean sorted) implements PaddedWorkload {

    /** How the suite and JMH have it. */
    static final int SENTENCES = 128;

    private static final int SHORTEST = 4;
    private static final int LONGEST = 128;
    private static final double MEDIAN = 22;
    private static final double SPREAD = 0.6; // of the logarithm
    private static final long SEED = 22;

    /** So many tokens make a batch for Tesserae, as its pipelines have it; the sentence that exceeds it belongs to it. */
    private static final int BATCH_TOKENS = 2048;

    public MixedWorkload {
        lengths = List.copyOf(lengths);
        if (lengths.isEmpty() || paddedBatch < 1) {
            throw new IllegalArgumentException("mixed lengths need at least one sentence, and batches of at least one;"
                    + " found " + lengths.size() + " sentences, and batches of " + paddedBatch);
        }
    }

    /** So many sentences, drawn from a fixed seed. */
    static MixedWorkload of(int sentences, int paddedBatch, boolean sorted) {
        Random random = new Random(SEED);
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < sentences; i++) {
            double length = MEDIAN * StrictMath.exp(SPREAD * random.nextGaussian());
            lengths.add(Math.clamp(Math.round(length), SHORTEST, LONGEST));
        }
        return new MixedWorkload(lengths, paddedBatch, sorted);
    }

    @Override
    public List<int[]> inputIds() {
        long[][] padded = new TokenWorkload(lengths).inputIds();
        List<int[]> inputIds = new ArrayList<>();
        for (int row = 0; row < padded.length; row++) {
            inputIds.add(Arrays.stream(padded[row], 0, lengths.get(row))
                    .mapToInt(Math::toIntExact)
                    .toArray());
        }
        return inputIds;
    }

    /** The sentences in their order, without padding, in batches of about 2,048 tokens. */
    List<TokenBatch> tokenBatches() {
        List<TokenBatch> batches = new ArrayList<>();
        List<int[]> batch = new ArrayList<>();
        int tokens = 0;
        for (int[] ids : inputIds()) {
            batch.add(ids);
            tokens += ids.length;
            if (tokens >= BATCH_TOKENS) {
                batches.add(TokenBatch.of(batch.toArray(int[][]::new)));
                batch.clear();
                tokens = 0;
            }
        }
        if (!batch.isEmpty()) {
            batches.add(TokenBatch.of(batch.toArray(int[][]::new)));
        }
        return batches;
    }

    @Override
    public String title() {
        return lengths.size() + " sentences, padded by " + paddedBatch
                + (sorted ? ", sorted by length" : " in their order");
    }

    @Override
    public String toString() {
        return written();
    }
}
