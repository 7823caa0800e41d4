package io.tesserae.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files that Spark carried. */
class BroadcastFilesTest {

    private final byte[] weights = {1, 2, 3, 4};
    private final BroadcastFiles files = BroadcastFiles.of(
            "here (broadcast)",
            Map.of("weights", weights, "1_Pooling/config.json", "{}".getBytes(StandardCharsets.UTF_8)));

    @Test
    void weightsAreReadWhereTheyLie() {
        MemorySegment mapped = files.map("weights", Arena.global());
        assertEquals(4, mapped.byteSize());
        assertTrue(mapped.isReadOnly());
        weights[2] = 9;
        assertEquals(9, mapped.get(ValueLayout.JAVA_BYTE, 2));
    }

    @Test
    void textIsReadAndFoldersAreSeen() throws IOException {
        assertTrue(files.exists("1_Pooling/config.json"));
        assertEquals("{}", files.folder("1_Pooling").readText("config.json", 10));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertFalse(files.exists("vocab.txt"));
        String expected = "here (broadcast): vocab.txt: no such file";
        assertEquals(
                expected,
                assertThrows(ModelLoadingException.class, () -> files.map("vocab.txt", Arena.global()))
                        .getMessage());
        assertEquals(
                expected,
                assertThrows(ModelLoadingException.class, () -> files.readText("vocab.txt", 10))
                        .getMessage());
    }
}
