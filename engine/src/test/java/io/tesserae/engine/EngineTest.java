package io.tesserae.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTest {

    private static final String THREADS = "tesserae.threads";

    private static <T> T withThreads(String value, Supplier<T> action) {
        String before = System.getProperty(THREADS);
        System.setProperty(THREADS, value);
        try {
            return action.get();
        } finally {
            if (before == null) {
                System.clearProperty(THREADS);
            } else {
                System.setProperty(THREADS, before);
            }
        }
    }

    private static int threads(Engine engine) {
        try (engine) {
            return engine.threads();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zwei", "0", "-1", "4097", "99999999999", "2.5", " "})
    void aWrongNumberOfThreadsIsRefusedByName(String value) {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> withThreads(value, () -> Engine.builder().build()));
        assertEquals(
                "system property tesserae.threads: expected a whole number from 1 to 4096, found \"" + value + "\"",
                refusal.getMessage());
    }

    @Test
    void thePropertyCountsWhereNobodyHasSaidAnything() {
        assertEquals(3, withThreads("3", () -> threads(Engine.builder().build())));
        assertEquals(
                2, withThreads("3", () -> threads(Engine.builder().threads(2).build())));
        assertEquals(
                2, withThreads("zwei", () -> threads(Engine.builder().threads(2).build())));
        int processors = Runtime.getRuntime().availableProcessors();
        assertEquals(processors, withThreads("", () -> threads(Engine.builder().build())));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 4097, Integer.MAX_VALUE})
    void soManyThreadsCannotBeAskedFor(int threads) {
        assertThrows(IllegalArgumentException.class, () -> Engine.builder().threads(threads));
    }
}
