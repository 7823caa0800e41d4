package io.tesserae.generation;

import io.tesserae.generation.logits.TokenHistory;
import java.util.Optional;

/**
 * Why a sequence ends with its last token, if it does.
 *
 * @param eos ids
 */
record StopRules(int[] eos, Optional<StopStrings> strings) {

    Optional<FinishReason> reason(TokenHistory history) {
        int last = history.token(history.length() - 1);
        for (int token : eos) {
            if (token == last) {
                return Optional.of(FinishReason.EOS);
            }
        }
        if (strings.isPresent() && strings.get().isCompletedBy(history)) {
            return Optional.of(FinishReason.STOP_STRING);
        }
        return history.isFull() ? Optional.of(FinishReason.MAX_LENGTH) : Optional.empty();
    }
}
