package io.tesserae.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many threads an executor's engine has. */
class ExecutorThreadsTest {

    private static final String EXECUTOR =
            "org.apache.spark.executor.CoarseGrainedExecutorBackend --driver-url spark://x@y:1 --executor-id 0 --cores 3"
                    + " --app-id app-1";

    @Test
    void anExecutorHasTheCoresThatItWasGiven() {
        assertEquals(Optional.of(3), ExecutorThreads.count("", "spark://127.0.0.1:7077", EXECUTOR));
        assertEquals(Optional.of(4), ExecutorThreads.count("4", "yarn", "something else"));
        assertEquals(Optional.of(3), ExecutorThreads.count("4", "k8s://somewhere", EXECUTOR));
    }

    @Test
    void aLocalMasterSaysHowMany() {
        assertEquals(Optional.of(2), ExecutorThreads.count("8", "local[2]", ""));
        assertEquals(Optional.of(2), ExecutorThreads.count("8", "local[2, 4]", ""));
    }

    @Test
    void whereNobodySaysTheMachineDoes() {
        assertEquals(Optional.empty(), ExecutorThreads.count("", "local[*]", ""));
        assertEquals(Optional.empty(), ExecutorThreads.count("8", "local", ""));
        assertEquals(Optional.empty(), ExecutorThreads.count("", "yarn", "org.example.Main --cores"));
        assertEquals(Optional.empty(), ExecutorThreads.count("zero", "yarn", ""));
    }
}
