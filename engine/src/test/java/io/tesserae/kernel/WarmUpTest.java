package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final String THREAD = "tesserae-warm-up";

    /** At every width that the build tries: what it multiplies fits whatever the tiles are. */
    @Test
    void endsInTimeWithTheKernelsOfThisMachine() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> new WarmUp(new VectorKernels()).run());
    }

    @Test
    void nothingIsLeftRunningAfterALargeWeightIsPacked() throws InterruptedException {
        try (Engine engine = Engine.builder().threads(1).build()) {
            PackedMatrix.pack(engine, 512, 1024, (row, count, destination) -> {});
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (isRunning() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertTrue(!isRunning(), "the thread " + THREAD + " still runs");
    }

    private static boolean isRunning() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(THREAD));
    }
}
