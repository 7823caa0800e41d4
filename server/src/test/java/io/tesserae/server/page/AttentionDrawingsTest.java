package io.tesserae.server.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttentionDrawingsTest {

    @TempDir
    private Path parent;

    private long left() throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.count();
        }
    }

    @Test
    void nothingIsLeftInTheTemporaryFolder() throws IOException {
        byte[] drawn = AttentionDrawings.drawn(parent, folder -> {
            Files.write(folder.resolve("other"), new byte[1]);
            return Files.write(folder.resolve("file"), new byte[] {1, 2});
        });
        assertArrayEquals(new byte[] {1, 2}, drawn);
        assertEquals(0, left());
    }

    @Test
    void norIsAnythingWhenDrawingFails() throws IOException {
        assertThrows(
                UncheckedIOException.class,
                () -> AttentionDrawings.drawn(parent, folder -> {
                    Files.write(folder.resolve("other"), new byte[1]);
                    throw new IOException("no space");
                }));
        assertEquals(0, left());
    }
}
