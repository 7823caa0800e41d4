package io.tesserae.loaders.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The folder that keeps downloaded models, seen as a whole; Python's {@code hf cache} looks at the same. */
public final class HubCache {

    private final Path folder;

    /** @param folder {@link HubSettings#cache()}; need not exist */
    public HubCache(Path folder) {
        this.folder = folder;
    }

    /** All models in it, by name. What is not a model's folder is passed over. */
    public List<CachedModel> list() throws IOException {
        throw new UnsupportedOperationException(folder.toString());
    }
}
