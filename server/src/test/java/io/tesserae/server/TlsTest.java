package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.server.model.ServerOptions;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate of its own. */
@Timeout(120)
class TlsTest {

    private static final String PASSWORD = "let me in";

    @TempDir
    private Path folder;

    private Path keyStore() throws IOException, InterruptedException {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes());
        assertEquals(0, keytool.waitFor(), said);
        return file;
    }

    private static HttpClient trusting(Path file) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    @Test
    void speaksTlsToWhoTrustsItAndNothingElse() throws Exception {
        Path file = keyStore();
        try (Engine engine = Engine.builder().threads(1).build();
                TesseraeServer server = TesseraeServer.start(
                        ServerOptions.DEFAULT.withPort(0).withKeyStore(file, PASSWORD),
                        List.of(Fixtures.served("distilbert-sst2", engine)))) {
            Client client = new Client(trusting(file), "https://127.0.0.1:" + server.port());
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> answer = client.post("/predict", "{\"inputs\":\"a\"}");
                assertEquals(200, answer.statusCode(), answer.body());
            }
            Client stranger = new Client(HttpClient.newHttpClient(), client.base());
            assertThrows(IOException.class, () -> stranger.get("/health"));
            String plain = new Wire(server.port())
                    .send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(), Wire.Manner.HALF_CLOSED, null);
            assertTrue(!plain.startsWith("HTTP/1.1 200"), plain);
            assertEquals(200, client.get("/health").statusCode());
        }
    }

    @Test
    void aWrongPasswordIsSaidAtTheStart() throws Exception {
        Path file = keyStore();
        try (Engine engine = Engine.builder().threads(1).build()) {
            ServerOptions options = ServerOptions.DEFAULT.withPort(0).withKeyStore(file, "wrong");
            IOException failure = assertThrows(
                    IOException.class,
                    () -> TesseraeServer.start(options, List.of(Fixtures.served("distilbert-sst2", engine))));
            assertTrue(failure.getMessage().contains("password"), failure.getMessage());
        }
    }
}
