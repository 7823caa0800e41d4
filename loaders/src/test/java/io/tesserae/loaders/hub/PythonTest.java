package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static io.tesserae.loaders.hub.HubTestBed.output;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.fakehub.FakeRequest;
import io.tesserae.loaders.files.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * One cache for Python's {@code huggingface_hub} and this library. Runs where {@code TESSERAE_REFERENCE_PYTHON} is a Python that has
 * it; {@link PythonCacheTest} needs none.
 */
@EnabledIfEnvironmentVariable(named = "TESSERAE_REFERENCE_PYTHON", matches = ".+")
class PythonTest {

    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path folder;

    private HubTestBed bed;

    @BeforeEach
    void start() {
        bed = new HubTestBed(folder.resolve("hub"));
        bed.server.repository(NAME).commit(files());
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private Process python(String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(System.getenv("TESSERAE_REFERENCE_PYTHON"), "-P", "-c", script)
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "HF_HUB_CACHE", bed.cache.toString(),
                        "HF_HOME", folder.toString(),
                        "HF_HUB_DISABLE_XET", "1",
                        "HF_HUB_DISABLE_PROGRESS_BARS", "1",
                        "HF_ENDPOINT", bed.server.endpoint().toString()));
        return builder.directory(folder.toFile()).start();
    }

    private static final String DOWNLOAD = """
            from huggingface_hub import snapshot_download, hf_hub_download
            import sys
            names = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"]
            print([hf_hub_download("someone/sentiment", name) for name in names][-1])
            """;

    @Test
    void theListedCacheIsWhatPythonWrites() throws Exception {
        output(python(DOWNLOAD + """
                try:
                    hf_hub_download("someone/sentiment", "modules.json")
                except Exception:
                    pass
                """));
        assertEquals(PythonCacheTest.listing(), CacheListing.of(bed.cache));
    }

    @Test
    void whatPythonFetchedIsFound() throws Exception {
        output(python(DOWNLOAD));
        bed.requests();
        ModelFiles files = bed.hub(bed.settings().withOffline(true)).download(NAME);
        assertArrayEquals(
                files().get(WEIGHTS), Files.readAllBytes(files.path(WEIGHTS).orElseThrow()));
        assertEquals(List.of(), bed.requests());
        bed.hub().download(NAME);
        assertTrue(
                bed.requests().stream().noneMatch(request -> request.startsWith("GET") || request.startsWith("CDN")));
    }

    @Test
    void whatWasFetchedHerePythonFinds() throws Exception {
        ModelFiles files = bed.hub().download(NAME);
        bed.requests();
        String found = output(python("""
                from huggingface_hub import hf_hub_download, scan_cache_dir, try_to_load_from_cache
                from huggingface_hub.file_download import _CACHED_NO_EXIST
                assert try_to_load_from_cache("someone/sentiment", "modules.json") is _CACHED_NO_EXIST
                info = scan_cache_dir()
                assert not info.warnings, info.warnings
                repo = next(iter(info.repos))
                assert repo.repo_id == "someone/sentiment" and repo.refs.keys() == {"main"}, repo
                print(hf_hub_download("someone/sentiment", "model.safetensors", local_files_only=True))"""));
        assertEquals(files.path(WEIGHTS).orElseThrow().toString(), found);
        output(python(DOWNLOAD));
        assertTrue(bed.server.requests().stream().noneMatch(request -> request.host() == FakeRequest.Host.CDN));
    }

    @Test
    void aDownloadHereAndOneInPythonFetchOnce() throws Exception {
        bed.server.throttle(100_000);
        Process here = DownloadProcess.start(bed, NAME, true);
        while (bed.server.requests().stream().noneMatch(request -> request.host() == FakeRequest.Host.CDN)) {
            Thread.sleep(5);
        }
        Process python = python(DOWNLOAD);
        output(python);
        output(here);
        assertEquals(
                1, bed.requests().stream().filter(("CDN " + WEIGHTS)::equals).count());
    }

    @Test
    void aDownloadInPythonAndOneHereFetchOnce() throws Exception {
        bed.server.throttle(60_000);
        Process python = python(DOWNLOAD);
        while (bed.server.requests().stream().noneMatch(request -> request.host() == FakeRequest.Host.CDN)) {
            Thread.sleep(5);
        }
        Process here = DownloadProcess.start(bed, NAME, true);
        output(here);
        output(python);
        assertEquals(
                1, bed.requests().stream().filter(("CDN " + WEIGHTS)::equals).count());
    }
}
