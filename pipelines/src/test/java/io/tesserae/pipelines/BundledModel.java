package io.tesserae.pipelines;

import java.nio.file.Path;

/** The sentiment model that the command line brings along, where it lies in the sources. */
final class BundledModel {

    static final Path FOLDER =
            Path.of("..", "cli", "src", "main", "resources", "io", "tesserae", "cli", "models", "sentiment");

    private BundledModel() {}
}
