package io.tesserae.generation.logits;

/**
 * A rule that changes the scores of the next token. Scores are logits in greedy search and sampling, and logarithms of
 * probabilities in beam search; a token that is forbidden has minus infinity.
 *
 * <p>A row in which nothing is left is left alone: whoever chooses refuses it.
 */
public sealed interface LogitsProcessor
        permits BeginSuppressTokens,
                EncoderNoRepeatNGram,
                EncoderRepetitionPenalty,
                EpsilonCutoff,
                EtaCutoff,
                ExponentialDecayLengthPenalty,
                ForcedBos,
                ForcedEos,
                MinLength,
                MinNewTokens,
                MinP,
                NoRepeatNGram,
                Normalization,
                RemoveInvalidValues,
                RepetitionPenalty,
                SequenceBias,
                SuppressTokens,
                Temperature,
                TopH,
                TopK,
                TopP,
                TypicalP {

    /**
     * @param history the sequence that the token is to follow
     * @param scores {@code [vocabulary]}, changed in place
     */
    void process(TokenHistory history, float[] scores);
}
