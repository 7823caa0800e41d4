package io.tesserae.generation.logits;

/**
 * The end becomes likelier with every token after the first few. Transformers' {@code ExponentialDecayLengthPenalty}.
 *
 * @param start new tokens without a penalty
 * @param factor what the penalty grows by with each token
 * @param eos the ids that end a sequence
 */
public record ExponentialDecayLengthPenalty(int start, double factor, int[] eos) implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        int late = history.newTokens() - start;
        if (late > 0) {
            float growth = (float) (StrictMath.pow(factor, late) - 1);
            for (int token : eos) {
                if (scores[token] == Float.NEGATIVE_INFINITY) {
                    continue; // what is forbidden remains so; the reference makes NaN of it, which it then takes for
                    // the best
                }
                scores[token] += Math.abs(scores[token]) * growth;
            }
        }
    }
}
