package io.tesserae.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.cli.console.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerFileTest {

    @TempDir
    Path folder;

    /** The file beside, in which answers wait, is nobody's business. */
    @Test
    void aFolderThatIsNotThereIsRefusedUnderTheNameThatWasGiven() {
        Path file = folder.resolve("absent").resolve("answers.json");
        String message = assertThrows(CommandException.class, () -> AnswerFile.open(file))
                .getMessage();
        assertEquals(file + ": there is no folder " + file.getParent(), message);
    }

    @Test
    void aPrivateFileStaysPrivate() throws IOException {
        Path file = Files.createFile(folder.resolve("answers.json"));
        assumeTrue(Files.getFileAttributeView(file, PosixFileAttributeView.class) != null);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (AnswerFile answers = AnswerFile.open(file)) {
            answers.complete();
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
}
