package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.system.MemoryLimit;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JVM with next to no memory beside its heap. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DirectMemoryTest {

    private static final Path VIT = Path.of("..", "testdata", "fixtures", "vit-classify");

    /** Loads a model, then asks for more memory than there is. */
    static final class Loading {

        private Loading() {}

        public static void main(String[] arguments) {
            try (var model = AutoModelForImageClassification.fromPretrained(Path.of(arguments[0]))) {
                System.out.println("loaded " + model.classifier().labels());
            }
            try {
                Arena.ofAuto().allocate(1 << 20);
            } catch (OutOfMemoryError e) {
                System.out.println(MemoryLimit.advice(e));
            }
        }
    }

    /** A run of a large weight is read through a buffer of 256 KB; without one, it is read where the file is mapped. */
    @Test
    void weightsAreReadWithoutABufferToo() throws Exception {
        String output = load("100k");
        assertTrue(output.contains("loaded "), output);
    }

    /** Nothing that is loaded needs memory of that kind; where something does, this is what is said. */
    @Test
    void theLimitThatWasReachedIsNamed() throws Exception {
        String output = load("100k");
        assertTrue(output.contains("(-XX:MaxDirectMemorySize): Cannot reserve 1048576 bytes"), output);
        assertFalse(output.contains("-Xmx"), output);
        assertTrue(MemoryLimit.advice(new OutOfMemoryError("Java heap space")).contains("(-Xmx), now "));
    }

    private static String load(String directMemory) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:MaxDirectMemorySize=" + directMemory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Loading.class.getName(),
                        VIT.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
