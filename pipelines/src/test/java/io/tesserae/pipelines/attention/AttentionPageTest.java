package io.tesserae.pipelines.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.pipelines.drawing.Markup;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page holds what it was given, and nothing that it was given can become part of the page. */
class AttentionPageTest {

    private static final List<String> HOSTILE = List.of(
            "</script><script>alert(1)</script>",
            "<!--<script>",
            "<img src=x onerror=alert(1)>",
            "a&amp;b",
            "\"'`\\",
            "\u202Eevil\u202C",
            "\u2028\u2029\u0000\n\r\t",
            "",
            " ",
            "{{weights}}",
            "{{script}}",
            "\ud800",
            "שלום");

    @TempDir
    Path folder;

    @Test
    void hostileTokensAreDataAndComeBackAsTheyWere() throws Exception {
        String page = page(attention(HOSTILE, 2, 3), "title");
        JsonArray tokens = data(page).getAsJsonArray("tokens");
        assertEquals(HOSTILE.size(), tokens.size());
        for (int i = 0; i < HOSTILE.size(); i++) {
            assertEquals(HOSTILE.get(i), tokens.get(i).getAsString());
        }
        assertFalse(page.contains("alert(1)</"), "no token's text ends an element");
        assertFalse(page.contains("\u202E"));
        assertStructure(page);
    }

    @Test
    void aHostileTitleIsText() throws Exception {
        String page = page(attention(List.of("a", "b"), 1, 1), "</title><script>alert(2)</script>{{script}}\u202E&\"");
        assertTrue(page.contains(
                "<title>&lt;/title&gt;&lt;script&gt;alert(2)&lt;/script&gt;{{script}}&amp;&quot;</title>"));
        assertFalse(page.contains("\u202E"));
        assertStructure(page);
    }

    /** Any text at all leaves the same elements, in the same order. */
    @Property(tries = 200)
    void noTextAddsAnElement(@ForAll String token, @ForAll String title) {
        String json = Markup.json(token);
        assertTrue(json.chars().allMatch(c -> c >= ' ' && c < 0x7F && "<>&'/".indexOf(c) < 0), json);
        assertEquals(token, JsonParser.parseString(json).getAsString());
        assertTrue(Markup.html(title).chars().noneMatch(c -> "<>\"'".indexOf(c) >= 0 || c < ' '));
    }

    private static void assertStructure(String page) throws Exception {
        Matcher tags = Pattern.compile("<(script|style|title|main|h1|/script|/style|/title|/main|/h1|/html)\\b")
                .matcher(page);
        List<String> found = tags.results().map(tag -> tag.group(1)).toList();
        assertEquals(
                List.of(
                        "title", "/title", "style", "/style", "main", "h1", "/h1", "/main", "script", "/script",
                        "script", "/script", "script", "/script", "/html"),
                found);
        assertFalse(
                Pattern.compile("https?://(?!www.w3.org/2000/svg)")
                        .matcher(page)
                        .find(),
                "nothing from elsewhere");
        // The policy allows exactly the script and the style that are there.
        String script = page.substring(page.lastIndexOf("<script>") + 8, page.lastIndexOf("</script>"));
        String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
        assertTrue(page.contains("content=\"default-src 'none'; script-src '" + sha256(script) + "'; style-src '"
                + sha256(style) + "'; base-uri 'none'; form-action 'none'\""));
    }

    private static String sha256(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }

    @Test
    void theWeightsComeBackToSixteenBits() throws IOException {
        TextAttention attention = attention(Collections.nCopies(17, "token"), 3, 2);
        String page = page(attention, "title");
        byte[] bytes = weights(page);
        assertEquals(16, data(page).get("bits").getAsInt());
        assertEquals(3 * 2 * 17 * 17 * 2, bytes.length);
        for (int i = 0; i < bytes.length / 2; i++) {
            float found = (bytes[2 * i] & 0xFF | (bytes[2 * i + 1] & 0xFF) << 8) / 65535f;
            int layer = i / (2 * 17 * 17);
            assertEquals(attention.layers().get(layer).data()[i % (2 * 17 * 17)], found, 0.8e-5f);
        }
        assertTrue(page.contains("17 tokens · 3 layers · 2 heads · shares to within 0.0008 %"));
    }

    @Test
    void manyWeightsAreStoredInEightBits() throws IOException {
        TextAttention attention = attention(Collections.nCopies(300, "token"), 1, 23);
        String page = page(attention, "title");
        byte[] bytes = weights(page);
        assertEquals(8, data(page).get("bits").getAsInt());
        assertEquals(23 * 300 * 300, bytes.length);
        for (int i = 0; i < bytes.length; i += 7) {
            float share = attention.layers().getFirst().data()[i];
            double root = (bytes[i] & 0xFF) / 255.0;
            assertEquals(share, root * root, 2 * Math.sqrt(share) * 0.5 / 255 + 4e-6);
        }
        assertTrue(page.contains("shares to within 0.4 %"));
    }

    @Test
    void theSameAttentionGivesTheSamePage() throws IOException {
        TextAttention attention = attention(List.of("a", "b", "c"), 2, 2);
        assertArrayEquals(
                page(attention, "title").getBytes(StandardCharsets.UTF_8),
                page(attention, "title").getBytes(StandardCharsets.UTF_8));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "no unfinished file is left behind");
        }
    }

    @Test
    void whatCannotBeAPageIsRefused() throws IOException {
        Tensor head = RandomAttention.layer(1, 1, 400);
        TextAttention large = new TextAttention(Collections.nCopies(400, "t"), Collections.nCopies(251, head));
        Path file = folder.resolve("large.html");
        var error = assertThrows(IllegalArgumentException.class, () -> AttentionPage.write(large, "title", file));
        assertTrue(error.getMessage().contains("400 tokens in 251 layers of 1 heads"), error.getMessage());
        assertTrue(error.getMessage().contains("shorten"), error.getMessage());
        assertFalse(Files.exists(file));
        var folderError = assertThrows(
                FileSystemException.class, () -> AttentionPage.write(attention(List.of("a"), 1, 1), "title", folder));
        assertTrue(folderError.getMessage().contains("found a folder"), folderError.getMessage());
    }

    private static TextAttention attention(List<String> tokens, int layers, int heads) {
        Random random = new Random(tokens.size());
        return new TextAttention(
                tokens,
                Stream.generate(() -> RandomAttention.layer(random.nextLong(), heads, tokens.size()))
                        .limit(layers)
                        .toList());
    }

    private String page(TextAttention attention, String title) throws IOException {
        Path file = folder.resolve("page.html");
        AttentionPage.write(attention, title, file);
        return Files.readString(file);
    }

    private static JsonObject data(String page) {
        return JsonParser.parseString(element(page, "attention")).getAsJsonObject();
    }

    private static byte[] weights(String page) {
        return Base64.getDecoder().decode(element(page, "weights"));
    }

    private static String element(String page, String id) {
        int start = page.indexOf('>', page.indexOf("id=\"" + id + "\"")) + 1;
        return page.substring(start, page.indexOf("</script>", start));
    }
}
