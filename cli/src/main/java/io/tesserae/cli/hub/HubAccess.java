package io.tesserae.cli.hub;

import io.tesserae.cli.console.Console;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.hub.Hub;
import io.tesserae.loaders.hub.HubSettings;
import io.tesserae.loaders.hub.ModelId;
import java.io.IOException;

/** The hub and its cache, as the environment says. */
final class HubAccess {

    private HubAccess() {}

    /**
     * A model from the hub or its cache; whoever watches standard error sees how the download goes on.
     *
     * @param offline whether only the cache may be looked at, whatever the environment says
     */
    static ModelFiles download(ModelId id, boolean offline, Console console) throws IOException {
        HubSettings settings = settings(console);
        Hub hub = Hub.of(settings.withOffline(settings.offline() || offline));
        try (DownloadProgress progress = DownloadProgress.of(id, console)) {
            return hub.withListener(progress).download(id);
        }
    }

    /** Which hub, which cache. */
    static HubSettings settings(Console console) {
        return HubSettings.fromEnvironment(console.environment(), console.home());
    }
}
