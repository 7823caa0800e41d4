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
record Environment(Map<String, String> variables, Path userHome, boolean isWindows) {

    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final long LONGEST_TIMEOUT_SECONDS = 24 * 60 * 60;
    private static final int LONGEST_TOKEN = 10_000;
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+|\\{[^}]*})");

    /** Where accounts of services live that are to have no home; making the folder would give them one. */
    private static final Path NO_HOME = Path.of("/nonexistent");

    Environment(Map<String, String> variables, Path userHome) {
        this(variables, userHome, System.getProperty("os.name").startsWith("Windows"));
    }

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
                .or(() -> huggingFaceHome().map(folder -> folder.resolve("hub")))
                .orElseThrow(() -> noHome("the cache of models lies in the home folder unless said otherwise"));
    }

    /** Empty where nothing says it and there is no home folder. */
    private Optional<Path> huggingFaceHome() {
        return path("HF_HOME")
                .or(() -> path("XDG_CACHE_HOME")
                        .or(() -> home().map(folder -> folder.resolve(".cache")))
                        .map(folder -> folder.resolve("huggingface")));
    }

    /** Source: {@code expanduser} in {@code posixpath.py} and {@code ntpath.py}. Where Java knows of no home it says "?". */
    private Optional<Path> home() {
        return nameOfHome()
                .map(Path::of)
                .or(() -> Optional.of(userHome))
                .filter(home -> home.isAbsolute() && !home.startsWith(NO_HOME));
    }

    private Optional<String> nameOfHome() {
        if (!isWindows) {
            return variable("HOME");
        }
        return variable("USERPROFILE")
                .or(() -> variable("HOMEPATH").map(path -> variable("HOMEDRIVE").orElse("") + path));
    }

    private IllegalArgumentException noHome(String why) {
        String name = isWindows ? "USERPROFILE" : "HOME";
        return new IllegalArgumentException(why + ", and there is none: " + name + " is "
                + nameOfHome().map(home -> "\"" + home + "\"").orElse("not set")
                + "; set HF_HUB_CACHE to a folder for models, or HF_HOME, or " + name);
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
        Optional<Path> found = path("HF_TOKEN_PATH")
                .or(() -> huggingFaceHome().map(folder -> folder.resolve("token")))
                .filter(Files::isRegularFile);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Path file = found.get();
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
            boolean isHome =
                    expanded.equals("~") || expanded.startsWith("~/") || isWindows && expanded.startsWith("~\\");
            if (!isHome) {
                return Path.of(expanded);
            }
            Path home = home().orElseThrow(() -> noHome(name + " begins with ~, the home folder"));
            return expanded.length() > 2 ? home.resolve(expanded.substring(2)) : home;
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
