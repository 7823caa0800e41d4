package io.tesserae.generation;

/** Why a sequence has ended. */
public enum FinishReason {
    /** Its last token is one of {@code eos_token_id}. */
    EOS,
    /** Its text ends in one of {@code stop_strings}. */
    STOP_STRING,
    /** It has {@code max_length} or {@code max_new_tokens} tokens. */
    MAX_LENGTH,
    /** {@code max_time} was over. */
    MAX_TIME,
    /** The caller's {@link StopSignal} was given. */
    STOPPED
}
