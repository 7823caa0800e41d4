package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache as {@code huggingface_hub} 1.33 left it after it had fetched a model and asked for a file that it lacks. */
class PythonCacheTest {

    @TempDir
    Path folder;

    static List<String> listing() throws IOException {
        try (InputStream in = PythonCacheTest.class.getResourceAsStream("python-cache.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void itsModelIsFoundWithoutAQuestion() throws IOException {
        try (HubTestBed bed = new HubTestBed(folder.resolve("hub"))) {
            CacheListing.write(listing(), bed.cache);
            ModelFiles files = bed.hub(bed.settings().withOffline(true)).download(NAME);
            assertArrayEquals(
                    files().get("model.safetensors"),
                    Files.readAllBytes(files.path("model.safetensors").orElseThrow()));
            assertFalse(files.exists("modules.json"));
            assertEquals(List.of(), bed.requests());
        }
    }

    @Test
    void onlyWhatItDoesNotKnowIsAskedFor() throws IOException {
        try (HubTestBed bed = new HubTestBed(folder.resolve("hub"))) {
            bed.server.repository(NAME).commit(files());
            CacheListing.write(listing(), bed.cache);
            bed.hub().download(NAME);
            List<String> requests = bed.requests();
            assertTrue(requests.stream().allMatch(request -> request.startsWith("HEAD ")), requests::toString);
            assertFalse(requests.contains("HEAD modules.json"), requests::toString);
            assertFalse(requests.contains("HEAD model.safetensors"), requests::toString);
        }
    }
}
