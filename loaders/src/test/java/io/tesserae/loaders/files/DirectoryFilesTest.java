package io.tesserae.loaders.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryFilesTest {

    /** Tests run in the module's folder, so each of these holds a pom.xml. */
    @ParameterizedTest
    @ValueSource(strings = {".", "..", "", "./", "../loaders", "src/.."})
    void readsFromAnySpellingOfAFolder(String directory) {
        ModelFiles files = ModelFiles.directory(Path.of(directory));
        assertTrue(files.exists("pom.xml"));
        assertTrue(files.exists("./src/../pom.xml"));
        assertFalse(files.exists("absent.xml"));
        assertThrows(ModelLoadingException.class, () -> files.exists("../pom.xml"));
        assertThrows(ModelLoadingException.class, () -> files.exists("src/../../pom.xml"));
        assertThrows(ModelLoadingException.class, () -> files.exists("/etc/passwd"));
        assertThrows(ModelLoadingException.class, () -> files.exists("pom\0.xml"));
    }

    @Test
    void readsWhatLiesInAFolderBelow(@TempDir Path folder) throws IOException {
        Files.createDirectory(folder.resolve("1_Pooling"));
        Files.writeString(folder.resolve("1_Pooling").resolve("config.json"), "{}");
        ModelFiles files = ModelFiles.directory(folder);
        assertEquals("{}", files.readText("1_Pooling/config.json", 10));
        assertTrue(files.path("1_Pooling/config.json").isPresent());
        assertThrows(ModelLoadingException.class, () -> files.path("1_Pooling"));
    }
}
