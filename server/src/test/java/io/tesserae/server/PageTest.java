package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tesserae.engine.Engine;
import io.tesserae.server.model.ServerOptions;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page for people, and the drawings of attention, as HTTP shows them. */
@Timeout(120)
class PageTest {

    private static final String KEY = "a key";
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private static Engine engine;
    private static TesseraeServer server;
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.builder().threads(1).build();
        server = TesseraeServer.start(
                ServerOptions.DEFAULT.withPort(0).withApiKey(KEY),
                List.of(
                        Fixtures.served("distilbert-sst2", engine),
                        Fixtures.served("distilbert-mlm", engine),
                        Fixtures.served("vit-classify", engine)));
        client = Client.of(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        engine.close();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(client.base() + path));
    }

    private static HttpRequest.Builder ask(String json) {
        return request("/v1/attention")
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + KEY)
                .POST(BodyPublishers.ofString(json));
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "/page/index.html, text/html; charset=utf-8",
        "/page/page.css, text/css; charset=utf-8",
        "/page/page.js, text/javascript; charset=utf-8",
        "/page/pictures.js, text/javascript; charset=utf-8",
        "/page/tasks.js, text/javascript; charset=utf-8",
        "/page/elements.js, text/javascript; charset=utf-8",
        "/page/icon.svg, image/svg+xml"
    })
    void filesComeWithTheirTypesAndPolicyAndWithoutAKey(String path, String type) throws Exception {
        HttpResponse<String> response = client.get(path);
        assertEquals(200, response.statusCode(), response.body());
        assertEquals(type, header(response, "Content-Type"));
        assertEquals(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
                        + " connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none';"
                        + " frame-ancestors 'none'",
                header(response, "Content-Security-Policy"));
        assertEquals("nosniff", header(response, "X-Content-Type-Options"));
        assertEquals("no-referrer", header(response, "Referrer-Policy"));
        assertEquals("no-cache", header(response, "Cache-Control"));

        HttpResponse<String> again = client.send(request(path).header("If-None-Match", header(response, "ETag")));
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
        HttpResponse<String> changed = client.send(request(path).header("If-None-Match", "\"another\""));
        assertEquals(200, changed.statusCode());
        HttpResponse<String> head = client.send(request(path).method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals(type, header(head, "Content-Type"));
        assertEquals("", head.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page/",
                "/page/package-info.class",
                "/page/PageFile.class",
                "/page/../route/docs.html",
                "/page/..%2froute%2fdocs.html",
                "/page/%2e%2e/route/docs.html",
                "/page/index.html/",
                "/page/INDEX.HTML"
            })
    void nothingElseIsServed(String path) throws Exception {
        int status = client.get(path).statusCode();
        assertTrue(status == 404 || status == 400, path + ": " + status);
    }

    @Test
    void theStartIsAPageForBrowsersAndTheHealthForPrograms() throws Exception {
        HttpResponse<String> page = client.send(request("/").header("Accept", BROWSER));
        assertEquals("text/html; charset=utf-8", header(page, "Content-Type"));
        assertTrue(page.body().contains("<title>Tesserae</title>"), page.body());
        assertEquals("Accept", header(page, "Vary"));
        for (HttpRequest.Builder program : List.of(request("/"), request("/").header("Accept", "*/*"))) {
            HttpResponse<String> health = client.send(program);
            assertEquals(200, health.statusCode());
            assertEquals("application/json", header(health, "Content-Type"));
            assertEquals("Accept", header(health, "Vary"));
        }
    }

    @Test
    void nothingInThePageIsInline() throws Exception {
        String page = client.get("/page/index.html").body();
        assertFalse(page.contains("style="), "a style in the markup");
        assertFalse(page.contains("<style"), "a style in the page");
        assertFalse(page.matches("(?s).*<script(?![^>]*src=).*"), "a script in the page");
        assertFalse(page.matches("(?s).*\\son\\w+=.*"), "a handler in the markup");
        assertFalse(page.contains("http://") || page.contains("https://"), "something from elsewhere");
    }

    @Test
    void modelsSayWhatIsDrawnOfThem() throws Exception {
        HttpResponse<String> response = client.send(request("/v1/tasks").header("Authorization", "Bearer " + KEY));
        JsonArray models = Client.json(response).getAsJsonObject().getAsJsonArray("models");
        List<String> drawn = Stream.of(0, 1, 2)
                .map(i -> models.get(i).getAsJsonObject().get("attention").getAsString())
                .toList();
        assertEquals(List.of("text-attention", "text-attention", "image-attention"), drawn);
        assertEquals("[MASK]", models.get(1).getAsJsonObject().get("mask_token").getAsString());
        assertFalse(models.get(0).getAsJsonObject().has("mask_token"));
    }

    @Test
    void attentionInATextIsAPageThatRunsNothingButItsOwn() throws Exception {
        HttpResponse<String> answer = client.send(ask("{\"inputs\":[\"a <b>fine</b> film\"]}"));
        assertEquals(200, answer.statusCode(), answer.body());
        String path = Client.json(answer).getAsJsonObject().get("page").getAsString();
        assertTrue(path.matches("/v1/attention/[0-9a-f]{32}"), path);
        HttpResponse<String> page = client.get(path);
        assertEquals("text/html; charset=utf-8", header(page, "Content-Type"));
        assertTrue(page.body().contains("a &lt;b&gt;fine&lt;/b&gt; film"));
        String policy = header(page, "Content-Security-Policy");
        assertTrue(
                policy.matches("default-src 'none'; script-src 'sha256-[\\w+/=]+'; style-src 'sha256-[\\w+/=]+';"
                        + ".* frame-ancestors 'self'"),
                policy);
        assertEquals("no-store", header(page, "Cache-Control"));
        assertEquals("no-referrer", header(page, "Referrer-Policy"));
    }

    @Test
    void attentionInAPictureIsAPicture() throws Exception {
        String base64 = Base64.getEncoder()
                .encodeToString(Files.readAllBytes(Path.of("../testdata/fixtures/images/shapes.png")));
        byte[] first = sheet("{\"inputs\":[{\"image\":\"" + base64 + "\"}]}");
        assertTrue(ImageIO.read(new ByteArrayInputStream(first)).getWidth() > 300);
        byte[] second = sheet("{\"model\":\"vit-classify\",\"inputs\":\"data:image/png;base64," + base64 + "\"}");
        assertArrayEquals(first, second);
    }

    private static byte[] sheet(String json) throws Exception {
        HttpResponse<byte[]> response = client.http().send(ask(json).build(), BodyHandlers.ofByteArray());
        assertEquals(200, response.statusCode());
        assertEquals("image/png", header(response, "Content-Type"));
        return response.body();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"inputs\":[]} | 400",
                "{\"inputs\":[\"a\",\"b\"]} | 422",
                "{\"inputs\":7} | 422",
                "{\"inputs\":\"a\",\"layer\":1} | 422",
                "{\"inputs\":{\"image\":\"AAAA\"}} | 422",
                "{\"inputs\":\"a\",\"model\":\"none\"} | 404",
                "{\"inputs\":{\"image\":\"AAAA\"},\"model\":\"distilbert-sst2\"} | 424",
                "{} | 422"
            })
    void whatCannotBeDrawnIsRefused(String json, int status) throws Exception {
        HttpResponse<String> response = client.send(ask(json));
        assertEquals(status, response.statusCode(), response.body());
        JsonObject error = Client.json(response).getAsJsonObject();
        assertFalse(error.get("message").getAsString().isBlank());
    }

    @Test
    void pagesThatThereAreNotAreNotFoundAndDrawingNeedsTheKey() throws Exception {
        assertEquals(404, client.get("/v1/attention/" + "0".repeat(32)).statusCode());
        assertEquals(401, client.post("/v1/attention", "{\"inputs\":\"a\"}").statusCode());
    }
}
