package io.tesserae.cli;

import io.tesserae.loaders.ModelFiles;
import io.tesserae.loaders.hub.Hub;
import io.tesserae.loaders.hub.HubSettings;
import java.io.IOException;

/** Where models come from: the jar itself, and the hub. */
final class Models {

    private Models() {}

    /** The model for texts that comes along, so that the first command works without a download. */
    static ModelFiles bundledSentiment() {
        return bundled("sentiment");
    }

    /** The model for pictures that comes along. */
    static ModelFiles bundledPhotos() {
        return bundled("photos");
    }

    private static ModelFiles bundled(String model) {
        return ModelFiles.resources(
                "the bundled model", name -> Models.class.getResourceAsStream("models/" + model + "/" + name));
    }

    /** A model from the hub or its cache; whoever watches standard error sees how the download goes on. */
    static ModelFiles download(ModelName.OnHub name, Console console) throws IOException {
        HubSettings settings = hubSettings(console);
        Hub hub = Hub.of(settings.withOffline(settings.offline() || name.offline()));
        try (DownloadProgress progress = DownloadProgress.of(name.id(), console)) {
            return hub.withListener(progress).download(name.id());
        }
    }

    /** Which hub, which cache: as the environment says. */
    static HubSettings hubSettings(Console console) {
        return HubSettings.fromEnvironment(console.environment(), console.home());
    }
}
