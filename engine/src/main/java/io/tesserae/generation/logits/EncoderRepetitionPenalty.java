package io.tesserae.generation.logits;

import java.util.BitSet;

/**
 * Tokens of the prompt become more likely. Transformers' {@code EncoderRepetitionPenaltyLogitsProcessor}, for which the prompt of a decoder
 * without an encoder is what an encoder would have read.
 * With beams each row is about its own prompt; the reference then takes the first rows for those of the prompts.
 */
public final class EncoderRepetitionPenalty implements LogitsProcessor {

    private final float penalty;
    private final BitSet seen = new BitSet();

    /** @param penalty above 0; above 1 it makes the prompt's tokens more likely */
    public EncoderRepetitionPenalty(double penalty) {
        RepetitionPenalty.requirePositive(penalty);
        this.penalty = (float) (1 / penalty);
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        RepetitionPenalty.punish(history, history.promptLength(), penalty, scores, seen);
    }
}
