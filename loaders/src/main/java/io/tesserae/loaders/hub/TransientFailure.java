package io.tesserae.loaders.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Something failed that may well succeed a little later: the network, or a hub that is too busy. */
final class TransientFailure extends IOException {

    private static final long serialVersionUID = 1;

    private final Duration pause;

    TransientFailure(String message, IOException cause) {
        super(message, cause);
        pause = Duration.ZERO;
    }

    /** @param retryAfter for how long the server does not want to be asked, in seconds; a date is taken for nothing */
    TransientFailure(String message, Optional<String> retryAfter) {
        super(message);
        pause = retryAfter
                .filter(seconds -> seconds.matches("\\d{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(Duration.ZERO);
    }

    /** How long to wait at least before asking again. */
    Duration pause() {
        return pause;
    }
}
