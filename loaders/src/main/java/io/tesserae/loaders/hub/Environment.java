package io.tesserae.loaders.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@link HubSettings} from environment variables; see there. */
record Environment(Map<String, String> variables, Path userHome) {

    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final long LONGEST_TIMEOUT_SECONDS = 24 * 60 * 60;
    private static final int LONGEST_TOKEN = 10_000;
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+|\\{[^}]*})");

    HubSettings settings() {
        return new HubSettings(
                cache(),
                endpoint(),
                isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? Optional.empty() : token(),
                variable("HF_HUB_OFFLINE").isPresent() ? isTrue("HF_HUB_OFFLINE") : isTrue("TRANSFORMERS_OFFLINE"),
                timeout("HF_HUB_ETAG_TIMEOUT"),
                timeout("HF_HUB_DOWNLOAD_TIMEOUT"),
                !isTrue("HF_HUB_DISABLE_SYMLINKS"),
                EnvironmentProxies.of(variables)
                        .<ProxySelector>map(found -> found)
                        .orElseGet(Environment::ofJvm));
    }

    private Path cache() {
        return path("HF_HUB_CACHE")
                .or(() -> path("HUGGINGFACE_HUB_CACHE"))
                .orElseGet(() -> huggingFaceHome().resolve("hub"));
    }

    private Path huggingFaceHome() {
        return path("HF_HOME")
                .orElseGet(() -> path("XDG_CACHE_HOME")
                        .orElseGet(() -> home().resolve(".cache"))
                        .resolve("huggingface"));
    }

    private Path home() {
        return variable("HOME").map(Path::of).orElse(userHome);
    }

    private URI endpoint() {
        String endpoint =
                variable("HF_ENDPOINT").orElse(DEFAULT_ENDPOINT).strip().replaceAll("/+$", "");
        try {
            return URI.create(endpoint);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("HF_ENDPOINT: expected a web address, found " + endpoint, e);
        }
    }

    private Optional<String> token() {
        return cleaned(variable("HF_TOKEN"))
                .or(() -> cleaned(variable("HUGGING_FACE_HUB_TOKEN")))
                .or(() -> cleaned(tokenFile()));
    }

    /** Without the line ends that copying leaves behind. */
    private static Optional<String> cleaned(Optional<String> token) {
        return token.map(String::strip).filter(text -> !text.isEmpty());
    }

    private Optional<String> tokenFile() {
        Path file = path("HF_TOKEN_PATH").orElseGet(() -> huggingFaceHome().resolve("token"));
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(LONGEST_TOKEN), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + ": the token of the hub lies here, but reading it failed: " + e, e);
        }
    }

    private Duration timeout(String name) {
        Optional<String> seconds = variable(name);
        if (seconds.isEmpty()) {
            return DEFAULT_TIMEOUT;
        }
        if (seconds.get().strip().matches("\\d{1,9}")) {
            long number = Long.parseLong(seconds.get().strip());
            return number == 0 ? DEFAULT_TIMEOUT : Duration.ofSeconds(Math.min(number, LONGEST_TIMEOUT_SECONDS));
        }
        throw new IllegalArgumentException(name + ": expected a number of seconds, found " + seconds.get());
    }

    private boolean isTrue(String name) {
        return variable(name)
                .map(value -> TRUE.contains(value.toUpperCase(Locale.ROOT)))
                .orElse(false);
    }

    /** A path whose {@code ~} and {@code $VARIABLE} are replaced, as a shell would do. */
    private Optional<Path> path(String name) {
        return variable(name).map(text -> {
            String expanded = VARIABLE.matcher(text)
                    .replaceAll(match -> Matcher.quoteReplacement(
                            Optional.ofNullable(variables.get(match.group(1).replaceAll("[{}]", "")))
                                    .orElse(match.group())));
            if (expanded.equals("~")) {
                return home();
            }
            return expanded.startsWith("~/") ? home().resolve(expanded.substring(2)) : Path.of(expanded);
        });
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    private static ProxySelector ofJvm() {
        ProxySelector selector = ProxySelector.getDefault();
        return selector == null ? ProxySelector.of(null) : selector;
    }
}
