package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.fakehub.FakeRequest;
import io.tesserae.fakehub.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub that can only be reached through a proxy; the server on this machine plays both. */
class ProxyTest {

    @TempDir
    Path folder;

    private static HubSettings settings(HubTestBed bed, String proxy) {
        return HubSettings.fromEnvironment(
                Map.of(
                        "HF_HUB_CACHE",
                        bed.cache.toString(),
                        "HF_ENDPOINT",
                        "http://hub.invalid",
                        "HTTP_PROXY",
                        proxy,
                        "NO_PROXY",
                        "localhost"),
                bed.cache);
    }

    @Test
    void theHubIsReachedThroughTheProxyOfTheEnvironment() throws IOException {
        try (HubTestBed bed = new HubTestBed(folder.resolve("hub"))) {
            bed.server.repository(NAME).commit(files());
            assertTrue(bed.hub(settings(bed, bed.server.endpoint().toString()))
                    .download(NAME)
                    .exists("config.json"));
            for (FakeRequest request : bed.server.requests()) {
                assertEquals(
                        request.host() == FakeRequest.Host.HUB,
                        request.target().startsWith("http://hub.invalid/"),
                        request::target);
            }
        }
    }

    @Test
    void aProxyThatAsksGetsTheNameAndPasswordInItsAddress() throws IOException {
        try (HubTestBed bed = new HubTestBed(folder.resolve("hub"))) {
            bed.server.repository(NAME).commit(files());
            bed.server.fault(
                    "HEAD config.json", new Fault.Status(407, Map.of("Proxy-Authenticate", "Basic realm=\"x\"")));
            String proxy = bed.server.endpoint().toString().replace("http://", "http://me:p%40ss@");
            bed.hub(settings(bed, proxy)).download(NAME);
            String expected = "Basic " + Base64.getEncoder().encodeToString("me:p@ss".getBytes(StandardCharsets.UTF_8));
            List<FakeRequest> requests = bed.server.requests();
            assertEquals(Optional.empty(), requests.getFirst().header("proxy-authorization"));
            assertEquals(Optional.of(expected), requests.get(1).header("proxy-authorization"));
        }
    }
}
