package io.tesserae.generation.logits;

/**
 * Leaves the likeliest tokens whose terms of the entropy make up a share of it, among the best hundred. Transformers' {@code
 * TopHLogitsWarper}.
 */
public final class TopH implements LogitsProcessor {

    private static final int CANDIDATES = 100;

    private final double share;
    private final VocabularyScratch scratch;
    private final int[] tokens = new int[CANDIDATES];
    private final float[] best = new float[CANDIDATES];
    private final double[] probabilities = new double[CANDIDATES];

    /** @param share above 0, at most 1 */
    public TopH(double share, VocabularyScratch scratch) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("`top_h` must be in the range (0, 1].");
        }
        this.share = share;
        this.scratch = scratch;
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        scratch.ranked.rank(scores, scores.length);
        int count = 0;
        for (int token = 0; count < CANDIDATES && (token = scratch.ranked.next()) >= 0; count++) {
            tokens[count] = token;
            best[count] = scores[token];
        }
        if (!Softmax.probabilities(best, count, probabilities)) {
            return;
        }
        double limit = share * Softmax.entropy(best, count, probabilities);
        double shift = best[0] + Softmax.logarithmOfSum(best, count, best[0]);
        scratch.keepNothing();
        scratch.keep(tokens[0]);
        double entropy = -probabilities[0] * (best[0] - shift);
        for (int i = 1; i < count; i++) {
            entropy -= probabilities[i] * (best[i] - shift);
            if (entropy > limit) {
                break;
            }
            scratch.keep(tokens[i]);
        }
        scratch.forbidOthers(scores);
    }
}
