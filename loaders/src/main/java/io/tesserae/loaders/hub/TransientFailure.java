package io.tesserae.loaders.hub;

import io.tesserae.loaders.hub.HubException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
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

    /** Whether not even a connection could be made: no network, most of the time, or a wrong address. */
    boolean isWithoutConnection() {
        return getCause() instanceof ConnectException || getCause() instanceof HttpConnectTimeoutException;
    }

    /** Whether the bytes came so slowly that the few that came are no progress. */
    boolean isTooSlow() {
        return getCause() instanceof SlowBodyException;
    }

    /** How long to wait at least before asking again. */
    Duration pause() {
        return pause;
    }

    /**
     * The same as a failure for good. Where it is the network that failed, it is said what may be done about that.
     *
     * @param detail behind the message
     */
    HubException asLast(String detail) {
        String advice = getCause() instanceof IOException ? HubException.NETWORK_ADVICE : "";
        return new HubException(Reason.UNREACHABLE, getMessage() + detail + advice, this);
    }
}
