package io.tesserae.generation;

import java.util.Optional;

/** Whether to stop before the next step, whatever the sequences are: the caller says so, or the time is over. */
final class Interruption {

    private final StopSignal signal;
    private final double seconds;
    private final long start = System.nanoTime();

    /** @param seconds how long steps may begin; infinite for ever */
    Interruption(StopSignal signal, double seconds) {
        this.signal = signal;
        this.seconds = seconds;
    }

    /** @param isFirst of the first step, that comes however short the time is */
    Optional<FinishReason> before(boolean isFirst) {
        if (signal.isGiven()) {
            return Optional.of(FinishReason.STOPPED);
        }
        boolean isLate = !isFirst && (System.nanoTime() - start) * 1e-9 > seconds;
        return isLate ? Optional.of(FinishReason.MAX_TIME) : Optional.empty();
    }
}
