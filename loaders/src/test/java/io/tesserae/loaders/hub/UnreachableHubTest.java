package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.fakehub.Fault;
import io.tesserae.loaders.hub.HubException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever keeps the network from working: what to do about it stands in the one line that is said. */
@Timeout(60)
class UnreachableHubTest {

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

    private String failure(Map<String, String> environment) {
        Hub hub = bed.hub(bed.settings(environment))
                .withPatience(HubTestBed.patience().withRetries(1, 100));
        HubException failure = assertThrows(HubException.class, () -> hub.download(NAME));
        assertEquals(Reason.UNREACHABLE, failure.reason());
        return failure.getMessage();
    }

    private void assertAdvises(String expected, Map<String, String> environment) {
        String message = failure(environment);
        for (String part : List.of(expected, "HF_HUB_OFFLINE=1", "--offline", "HTTPS_PROXY", "HF_ENDPOINT")) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(1, message.lines().count(), message);
    }

    private static String closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }

    @Test
    void noSuchHost() {
        assertAdvises("no such host is known", Map.of("HF_ENDPOINT", "http://hub.invalid"));
    }

    @Test
    void nobodyListens() throws IOException {
        assertAdvises("no connection", Map.of("HF_ENDPOINT", closedPort()));
    }

    @Test
    void noTransportSecurity() {
        String secure = bed.server.endpoint().toString().replace("http:", "https:");
        assertAdvises(secure, Map.of("HF_ENDPOINT", secure));
    }

    @Test
    void aProxyThatIsNotThere() throws IOException {
        String proxy = closedPort();
        assertAdvises(
                "(through the proxy " + proxy.replace("http://", "") + ")",
                Map.of("HF_ENDPOINT", "http://hub.example", "HTTP_PROXY", proxy));
    }

    @Test
    void aProxyThatWantsAPassword() {
        bed.server.fault("HEAD config.json", new Fault.Status(407, Map.of("Proxy-Authenticate", "Basic realm=\"x\"")));
        assertAdvises(
                "wants a name and a password",
                Map.of(
                        "HF_ENDPOINT",
                        "http://hub.example",
                        "HTTP_PROXY",
                        bed.server.endpoint().toString()));
    }

    @Test
    void noAnswerInTime() {
        bed.server.delay(20_000);
        assertAdvises("no answer in time", Map.of("HF_HUB_ETAG_TIMEOUT", "1"));
    }

    @Test
    void aDownloadThatStandsStill() {
        bed.server.fault(
                "CDN model.safetensors",
                Collections.nCopies(3, new Fault.Stall(0, 20_000)).toArray(Fault[]::new));
        assertAdvises("nothing arrived for 1 s", Map.of("HF_HUB_DOWNLOAD_TIMEOUT", "1"));
    }

    @Test
    void aHubThatIsBusyIsNoMatterOfTheNetwork() {
        bed.server.fault("HEAD config.json", new Fault.Status(503), new Fault.Status(503));
        String message = failure(Map.of());
        assertTrue(message.contains("503"), message);
        assertTrue(!message.contains("HTTPS_PROXY"), message);
    }
}
