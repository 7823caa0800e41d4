package io.tesserae.generation.logits;

import java.util.BitSet;

/**
 * Tokens that the sequence has already become less likely, those of the prompt too; each once, however often it stands there. Keskar et
 * al. 2019, section 4.1; transformers' {@code RepetitionPenaltyLogitsProcessor}.
 */
public final class RepetitionPenalty implements LogitsProcessor {

    private final float penalty;
    private final BitSet seen = new BitSet();

    /** @param penalty above 0; above 1 it makes repetition less likely */
    public RepetitionPenalty(double penalty) {
        requirePositive(penalty);
        this.penalty = (float) penalty;
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        punish(history, history.length(), penalty, scores, seen);
    }

    static void requirePositive(double penalty) {
        if (!(penalty > 0)) {
            throw new IllegalArgumentException("`penalty` has to be a strictly positive float, but is " + penalty);
        }
    }

    /** Divides or multiplies the scores of the first {@code count} tokens, so that they become smaller where the penalty is above 1. */
    static void punish(TokenHistory history, int count, float penalty, float[] scores, BitSet seen) {
        seen.clear();
        for (int i = 0; i < count; i++) {
            int token = history.token(i);
            if (token < scores.length && !seen.get(token)) {
                seen.set(token);
                scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty;
            }
        }
    }
}
