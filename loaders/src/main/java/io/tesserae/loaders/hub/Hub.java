package io.tesserae.loaders.hub;

import io.tesserae.loaders.ModelFiles;
import java.io.IOException;
import java.util.Objects;

/**
 * Models by name: {@code Hub.fromEnvironment().download("distilbert/distilbert-base-uncased-finetuned-sst-2-english")}.
 * Immutable and thread-safe.
 */
public final class Hub {

    private final HubSettings settings;
    private final DownloadListener listener;

    private Hub(HubSettings settings, DownloadListener listener) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** The hub that this process's environment names; see {@link HubSettings#fromEnvironment()}. */
    public static Hub fromEnvironment() {
        return of(HubSettings.fromEnvironment());
    }

    /** The hub that these settings name. */
    public static Hub of(HubSettings settings) {
        return new Hub(settings, DownloadListener.NONE);
    }

    /** The same hub, telling someone how downloads go on. */
    public Hub withListener(DownloadListener newListener) {
        return new Hub(settings, newListener);
    }

    /** {@link #download(ModelId)} of the model with this name, as {@link ModelId#parse} reads it. */
    public ModelFiles download(String model) throws IOException {
        return download(ModelId.parse(model));
    }

    /**
     * A model's files, those that Tesserae reads and no others, downloaded as far as the cache lacks them.
     *
     * @throws HubException if the hub has no such model or revision, does not hand it out, cannot be reached while the cache lacks
     *     the model, or sends something else than it announced
     * @throws IOException if the cache cannot be written
     */
    public ModelFiles download(ModelId model) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** {@link #cached(ModelId)} of the model with this name, as {@link ModelId#parse} reads it. */
    public ModelFiles cached(String model) throws IOException {
        return cached(ModelId.parse(model));
    }

    /**
     * A model's files as the cache has them; no connection is made.
     *
     * @throws HubException if the cache lacks the model or this revision of it
     */
    public ModelFiles cached(ModelId model) throws IOException {
        throw new UnsupportedOperationException();
    }
}
