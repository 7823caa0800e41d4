package io.tesserae.loaders.hub;

import java.time.Duration;

/**
 * How long a download bears with a network and with a hub: what keeps one that sends a byte now and then from holding a program for
 * ever. Nothing that has arrived is lost when patience ends: the next download goes on there.
 *
 * @param firstPause before the second attempt at something that failed; each further pause is twice as long
 * @param retriesInARow further attempts at one thing without any progress between them
 * @param retriesInAll further attempts in a whole download, however much arrives between them
 * @param slowWindow how long a body is waited for before its speed is judged, time and again; a download that may stand still for
 *     longer is judged after that
 * @param leastBytesPerSecond what has to arrive on average in that time
 * @param longest how long a whole download may take
 */
record Patience(
        Duration firstPause,
        int retriesInARow,
        int retriesInAll,
        Duration slowWindow,
        long leastBytesPerSecond,
        Duration longest) {

    static final Patience DEFAULT =
            new Patience(Duration.ofSeconds(1), 4, 100, Duration.ofSeconds(60), 1024, Duration.ofHours(24));

    Patience withFirstPause(Duration newFirstPause) {
        return new Patience(newFirstPause, retriesInARow, retriesInAll, slowWindow, leastBytesPerSecond, longest);
    }

    Patience withRetries(int inARow, int inAll) {
        return new Patience(firstPause, inARow, inAll, slowWindow, leastBytesPerSecond, longest);
    }

    Patience withLeastSpeed(long bytesPerSecond, Duration window) {
        return new Patience(firstPause, retriesInARow, retriesInAll, window, bytesPerSecond, longest);
    }

    Patience withLongest(Duration newLongest) {
        return new Patience(firstPause, retriesInARow, retriesInAll, slowWindow, leastBytesPerSecond, newLongest);
    }
}
