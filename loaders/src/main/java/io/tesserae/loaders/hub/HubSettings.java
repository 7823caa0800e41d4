package io.tesserae.loaders.hub;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where models come from and where they are kept.
 *
 * @param cache the folder of all models, {@code ~/.cache/huggingface/hub} unless said otherwise
 * @param endpoint the hub's address, {@code https://huggingface.co} unless said otherwise
 * @param token sent to the hub, and to nobody else, so that it may hand out private and gated models
 * @param offline whether no connection may be made at all
 * @param metadataTimeout how long the hub may take to say what a file is
 * @param downloadTimeout how long a download may stand still
 * @param symlinks whether snapshots are links to blobs where the file system has links; else they are copies
 */
public record HubSettings(
        Path cache,
        URI endpoint,
        Optional<String> token,
        boolean offline,
        Duration metadataTimeout,
        Duration downloadTimeout,
        boolean symlinks) {

    /** What this process's environment says; see {@link #fromEnvironment(Map, Path)}. */
    public static HubSettings fromEnvironment() {
        return fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /** What an environment says: the variables that Python's {@code huggingface_hub} reads, with the same meaning. */
    public static HubSettings fromEnvironment(Map<String, String> environment, Path home) {
        throw new UnsupportedOperationException();
    }
}
