package io.tesserae.loaders.hub;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Models by name: {@code Hub.fromEnvironment().download("distilbert/distilbert-base-uncased-finetuned-sst-2-english")}.
 * Immutable and thread-safe.
 */
public final class Hub {

    private final HubSettings settings;
    private final DownloadListener listener;
    private final Patience patience;

    private Hub(HubSettings settings, DownloadListener listener, Patience patience) {
        this.settings = Arguments.require(settings, "settings");
        this.listener = Arguments.require(listener, "listener");
        this.patience = patience;
    }

    /** The hub that this process's environment names; see {@link HubSettings#fromEnvironment()}. */
    public static Hub fromEnvironment() {
        return of(HubSettings.fromEnvironment());
    }

    /** The hub that these settings name. */
    public static Hub of(HubSettings settings) {
        return new Hub(settings, DownloadListener.NONE, Patience.DEFAULT);
    }

    /** The same hub, telling someone how downloads go on. */
    public Hub withListener(DownloadListener newListener) {
        return new Hub(settings, newListener, patience);
    }

    /** The same hub, more or less patient. */
    Hub withPatience(Patience newPatience) {
        return new Hub(settings, listener, newPatience);
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
        Arguments.require(model, "model");
        if (settings.offline()) {
            return cached(model);
        }
        try (HubClient client = new HubClient(settings, patience)) {
            return new ModelDownload(model, settings, client, new Retries(patience, listener)).run();
        }
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
        Arguments.require(model, "model");
        RepositoryFolder folder = new RepositoryFolder(settings.cache(), model.repository());
        Optional<Path> snapshot = new Snapshots(folder, settings.symlinks()).find(model);
        if (snapshot.isEmpty()) {
            throw new HubException(
                    Reason.OFFLINE,
                    "the model \"" + model + "\" is not in the cache " + settings.cache()
                            + (settings.offline()
                                    ? ", and the hub may not be asked for it (HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE or --offline is set)"
                                    : "; it has to be downloaded first"));
        }
        return SnapshotFiles.of(snapshot.get(), model.repository());
    }
}
