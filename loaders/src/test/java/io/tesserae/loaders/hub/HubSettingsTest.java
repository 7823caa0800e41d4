package io.tesserae.loaders.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {

    private static final Path HOME = Path.of("/home/someone");

    @TempDir
    Path folder;

    private static HubSettings settings(String... variables) {
        Map<String, String> environment = new java.util.HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return HubSettings.fromEnvironment(environment, HOME);
    }

    @Test
    void anEmptyEnvironmentMeansPythonsDefaults() {
        HubSettings settings = settings();
        assertEquals(Path.of("/home/someone/.cache/huggingface/hub"), settings.cache());
        assertEquals(URI.create("https://huggingface.co"), settings.endpoint());
        assertEquals(Optional.empty(), settings.token());
        assertFalse(settings.offline());
        assertTrue(settings.symlinks());
        assertEquals(Duration.ofSeconds(10), settings.metadataTimeout());
        assertEquals(Duration.ofSeconds(10), settings.downloadTimeout());
    }

    @Test
    void theCacheIsWhereTheNearestVariableSays() {
        assertEquals(
                Path.of("/home/other/.cache/huggingface/hub"),
                settings("HOME", "/home/other").cache());
        assertEquals(
                Path.of("/x/huggingface/hub"), settings("XDG_CACHE_HOME", "/x").cache());
        assertEquals(
                Path.of("/h/hub"),
                settings("XDG_CACHE_HOME", "/x", "HF_HOME", "/h").cache());
        assertEquals(
                Path.of("/old"),
                settings("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/old").cache());
        assertEquals(
                Path.of("/new"),
                settings("HUGGINGFACE_HUB_CACHE", "/old", "HF_HUB_CACHE", "/new")
                        .cache());
        assertEquals(
                Path.of("/home/someone/models"),
                settings("HF_HUB_CACHE", "~/models").cache());
        assertEquals(
                Path.of("/data/hub"),
                settings("DISK", "/data", "HF_HOME", "${DISK}").cache());
        assertEquals(
                Path.of("/data/a/hub"),
                settings("DISK", "/data", "HF_HOME", "$DISK/a").cache());
        assertEquals(Path.of("$NONE/hub"), settings("HF_HOME", "$NONE").cache());
        assertEquals(
                Path.of("/home/someone/.cache/huggingface/hub"),
                settings("HF_HOME", "").cache());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "", "relative", "/nonexistent", "/nonexistent/inside"})
    void withoutAHomeOnlyVariablesSayWhereTheCacheIs(String home) {
        Path none = Path.of(home);
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> HubSettings.fromEnvironment(Map.of(), none));
        for (String name : List.of("HF_HUB_CACHE", "HF_HOME", "HOME is not set")) {
            assertTrue(failure.getMessage().contains(name), failure.getMessage());
        }
        failure = assertThrows(
                IllegalArgumentException.class,
                () -> HubSettings.fromEnvironment(Map.of("HOME", "/nonexistent"), HOME));
        assertTrue(failure.getMessage().contains("HOME is \"/nonexistent\""), failure.getMessage());
        failure = assertThrows(
                IllegalArgumentException.class, () -> HubSettings.fromEnvironment(Map.of("HF_HOME", "~/models"), none));
        assertTrue(failure.getMessage().contains("HF_HOME begins with ~"), failure.getMessage());
        Map.of("HF_HUB_CACHE", "/c", "HF_HOME", "/c", "XDG_CACHE_HOME", "/c", "HOME", "/c")
                .forEach((name, value) -> assertTrue(
                        HubSettings.fromEnvironment(Map.of(name, value), none)
                                .cache()
                                .startsWith("/c"),
                        name));
    }

    @Test
    void onWindowsTheHomeIsTheUserProfile() {
        Map<String, String> environment = new java.util.HashMap<>(Map.of("HOME", "/from/a/shell", "HOMEPATH", "/path"));
        assertEquals(
                Path.of("/path/.cache/huggingface/hub"),
                new Environment(environment, HOME, true).settings().cache());
        environment.put("USERPROFILE", "/profile");
        assertEquals(
                Path.of("/profile/.cache/huggingface/hub"),
                new Environment(environment, HOME, true).settings().cache());
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> new Environment(Map.of(), Path.of("?"), true).settings());
        assertTrue(failure.getMessage().contains("USERPROFILE is not set"), failure.getMessage());
    }

    @Test
    void theTokenComesFromTheEnvironmentOrItsFile() throws IOException {
        Files.writeString(folder.resolve("token"), "hf_filed\n");
        Files.writeString(folder.resolve("other"), "hf_other\n");
        String home = folder.toString();
        assertEquals(Optional.of("hf_filed"), settings("HF_HOME", home).token());
        assertEquals(
                Optional.of("hf_other"),
                settings(
                                "HF_HOME",
                                home,
                                "HF_TOKEN_PATH",
                                folder.resolve("other").toString())
                        .token());
        assertEquals(
                Optional.of("hf_old"),
                settings("HF_HOME", home, "HUGGING_FACE_HUB_TOKEN", "hf_old").token());
        assertEquals(
                Optional.of("hf_new"),
                settings("HUGGING_FACE_HUB_TOKEN", "hf_old", "HF_TOKEN", " hf_new\r\n")
                        .token());
        assertEquals(
                Optional.of("hf_filed"),
                settings("HF_HOME", home, "HF_TOKEN", " ").token());
        assertEquals(
                Optional.empty(),
                settings("HF_TOKEN", "hf_x", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
                        .token());
    }

    @Test
    void aTokenIsNeverShown() {
        assertFalse(settings("HF_TOKEN", "hf_secret").toString().contains("secret"));
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> settings("HF_TOKEN", "hf_secret\nHost: x"));
        assertFalse(failure.getMessage().contains("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "ON", "yes", "True"})
    void someWordsMeanYes(String yes) {
        assertTrue(settings("HF_HUB_OFFLINE", yes).offline());
        assertTrue(settings("TRANSFORMERS_OFFLINE", yes).offline());
        assertFalse(settings("HF_HUB_DISABLE_SYMLINKS", yes).symlinks());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "off", "no", "2", ""})
    void othersMeanNo(String no) {
        assertFalse(settings("HF_HUB_OFFLINE", no).offline());
    }

    @Test
    void theFirstOfTheTwoWordsForOfflineDecides() {
        assertFalse(settings("HF_HUB_OFFLINE", "0", "TRANSFORMERS_OFFLINE", "1").offline());
        assertTrue(settings("HF_HUB_OFFLINE", "", "TRANSFORMERS_OFFLINE", "1").offline());
    }

    @Test
    void endpointsAndTimeoutsAreChecked() {
        assertEquals(
                URI.create("https://mirror.example/hf"),
                settings("HF_ENDPOINT", "https://mirror.example/hf/").endpoint());
        assertEquals(
                Duration.ofSeconds(30),
                settings("HF_HUB_DOWNLOAD_TIMEOUT", "30").downloadTimeout());
        assertEquals(Duration.ofSeconds(7), settings("HF_HUB_ETAG_TIMEOUT", "7").metadataTimeout());
        for (String wrong : List.of("ftp://x", "huggingface.co", "https://", "http://a b", "https://x?y=z")) {
            assertThrows(IllegalArgumentException.class, () -> settings("HF_ENDPOINT", wrong), wrong);
        }
        for (String wrong : List.of("soon", "-1", "1.5")) {
            IllegalArgumentException failure =
                    assertThrows(IllegalArgumentException.class, () -> settings("HF_HUB_ETAG_TIMEOUT", wrong), wrong);
            assertTrue(failure.getMessage().contains("HF_HUB_ETAG_TIMEOUT"), failure.getMessage());
        }
    }

    private static List<Proxy> select(HubSettings settings, String address) {
        return settings.proxies().select(URI.create(address));
    }

    private static List<Proxy> proxy(String host, int port) {
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)));
    }

    @Test
    void proxiesAreThoseOfTheEnvironment() {
        List<Proxy> direct = List.of(Proxy.NO_PROXY);
        HubSettings settings = settings(
                "HTTPS_PROXY",
                "http://secure:3128",
                "http_proxy",
                "plain:8080",
                "NO_PROXY",
                "localhost, .intern.example,10.0.0.1:80");
        assertEquals(proxy("secure", 3128), select(settings, "https://huggingface.co/x"));
        assertEquals(proxy("plain", 8080), select(settings, "http://huggingface.co/x"));
        assertEquals(direct, select(settings, "http://localhost:99/x"));
        assertEquals(direct, select(settings, "https://hub.intern.example/x"));
        assertEquals(direct, select(settings, "http://10.0.0.1:80/x"));
        assertEquals(proxy("plain", 8080), select(settings, "http://10.0.0.1:81/x"));
        assertEquals(proxy("any", 1), select(settings("ALL_PROXY", "http://any:1"), "https://huggingface.co"));
        assertEquals(direct, select(settings("ALL_PROXY", "http://any:1", "no_proxy", "*"), "https://huggingface.co"));
        assertEquals(direct, select(settings("HTTP_PROXY", "http://any:1"), "https://huggingface.co"));
    }

    @Test
    void whatIsNoProxyIsRefusedWithoutItsPassword() {
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> settings("HTTPS_PROXY", "socks5://me:secret@x:1"));
        assertTrue(failure.getMessage().contains("HTTPS_PROXY"), failure.getMessage());
        assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
    }
}
