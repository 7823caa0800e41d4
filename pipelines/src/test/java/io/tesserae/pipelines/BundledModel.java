package io.tesserae.pipelines;

import java.nio.file.Path;

/** The models that the command line brings along, where they lie in the sources. */
final class BundledModel {

    private static final Path MODELS =
            Path.of("..", "cli", "src", "main", "resources", "io", "tesserae", "cli", "models");

    static final Path SENTIMENT = MODELS.resolve("sentiment");
    static final Path PHOTOS = MODELS.resolve("photos");

    private BundledModel() {}
}
