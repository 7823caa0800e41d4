package io.tesserae.loaders.hub;

import io.tesserae.arguments.Arguments;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where models come from and where they are kept.
 *
 * @param cache the folder of all models, {@code ~/.cache/huggingface/hub} unless said otherwise
 * @param endpoint the hub's address, {@code https://huggingface.co} unless said otherwise; no slash at its end
 * @param token sent to the hub, and to nobody else, so that it may hand out private and gated models
 * @param offline whether no connection may be made at all
 * @param metadataTimeout how long the hub may take to say what a file is
 * @param downloadTimeout how long a download may stand still
 * @param symlinks whether snapshots are links to blobs where the file system has links; else the files themselves lie there
 * @param proxies which connections go through which proxy
 */
public record HubSettings(
        Path cache,
        URI endpoint,
        Optional<String> token,
        boolean offline,
        Duration metadataTimeout,
        Duration downloadTimeout,
        boolean symlinks,
        ProxySelector proxies) {

    /** @throws IllegalArgumentException if the endpoint is no web address, the token not sendable, or a timeout not positive */
    public HubSettings {
        Arguments.require(cache, "cache");
        Arguments.require(proxies, "proxies");
        requireWebAddress(Arguments.require(endpoint, "endpoint"));
        Arguments.require(token, "token");
        token.ifPresent(HubSettings::requireSendable);
        requirePositive("metadataTimeout", metadataTimeout);
        requirePositive("downloadTimeout", downloadTimeout);
    }

    /**
     * What this process's environment says; see {@link #fromEnvironment(Map, Path)}.
     *
     * @throws IllegalArgumentException if it makes no sense, or there is no place for a cache
     */
    public static HubSettings fromEnvironment() {
        return fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /**
     * What an environment says: the variables that Python's {@code huggingface_hub} reads, with the same meaning. A variable that
     * is set to nothing counts as not set.
     *
     * <ul>
     *   <li>{@code HF_HUB_CACHE}, else {@code HUGGINGFACE_HUB_CACHE}, else {@code $HF_HOME/hub}; {@code HF_HOME} is {@code
     *       $XDG_CACHE_HOME/huggingface} or {@code ~/.cache/huggingface}
     *   <li>{@code HF_TOKEN}, else {@code HUGGING_FACE_HUB_TOKEN}, else the file {@code HF_TOKEN_PATH} or {@code $HF_HOME/token},
     *       where Python's {@code hf auth login} leaves it; none with {@code HF_HUB_DISABLE_IMPLICIT_TOKEN}
     *   <li>{@code HF_ENDPOINT}; {@code HF_HUB_OFFLINE} or {@code TRANSFORMERS_OFFLINE}; {@code HF_HUB_ETAG_TIMEOUT} and {@code
     *       HF_HUB_DOWNLOAD_TIMEOUT}, in seconds; {@code HF_HUB_DISABLE_SYMLINKS}
     *   <li>{@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in capitals or small letters; where
     *       none is set, what the JVM is set to
     * </ul>
     *
     * <p>Source: {@code huggingface_hub/constants.py}, {@code utils/_auth.py}.
     *
     * @param home what {@code ~} means, unless the environment has a {@code HOME} (on Windows {@code USERPROFILE})
     * @throws IllegalArgumentException if a variable has a value that makes no sense, or nothing says where the cache is and there
     *     is no home folder; the message names the variables
     */
    public static HubSettings fromEnvironment(Map<String, String> environment, Path home) {
        Arguments.require(environment, "environment");
        Arguments.require(home, "home");
        return new Environment(environment, home).settings();
    }

    /** The same, but with models kept elsewhere. */
    public HubSettings withCache(Path newCache) {
        return new HubSettings(newCache, endpoint, token, offline, metadataTimeout, downloadTimeout, symlinks, proxies);
    }

    /** The same, but with another hub. */
    public HubSettings withEndpoint(URI newEndpoint) {
        return new HubSettings(cache, newEndpoint, token, offline, metadataTimeout, downloadTimeout, symlinks, proxies);
    }

    /** The same, but with this token. */
    public HubSettings withToken(String newToken) {
        Arguments.require(newToken, "newToken");
        return new HubSettings(
                cache, endpoint, Optional.of(newToken), offline, metadataTimeout, downloadTimeout, symlinks, proxies);
    }

    /** The same, but with connections forbidden, or allowed. */
    public HubSettings withOffline(boolean newOffline) {
        return new HubSettings(cache, endpoint, token, newOffline, metadataTimeout, downloadTimeout, symlinks, proxies);
    }

    private static void requireWebAddress(URI endpoint) {
        boolean web = ("https".equals(endpoint.getScheme()) || "http".equals(endpoint.getScheme()))
                && endpoint.getHost() != null
                && endpoint.getRawQuery() == null
                && endpoint.getRawFragment() == null
                && !endpoint.toString().endsWith("/");
        if (!web) {
            throw new IllegalArgumentException(
                    "the hub's address: expected https://host or http://host, found " + endpoint);
        }
    }

    private static void requireSendable(String token) {
        if (token.isEmpty() || !token.chars().allMatch(character -> character > ' ' && character < 0x7F)) {
            throw new IllegalArgumentException(
                    "the token: expected visible ASCII characters, as in hf_..., found others");
        }
    }

    private static void requirePositive(String name, Duration timeout) {
        Arguments.require(timeout, name);
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(name + ": expected more than 0 seconds, found " + timeout);
        }
    }

    /** Without the token, which must not get into a log. */
    @Override
    public String toString() {
        return "HubSettings[cache=" + cache + ", endpoint=" + endpoint + ", token="
                + (token.isPresent() ? "***" : "none")
                + ", offline=" + offline + ", metadataTimeout=" + metadataTimeout + ", downloadTimeout="
                + downloadTimeout + ", symlinks=" + symlinks + "]";
    }
}
