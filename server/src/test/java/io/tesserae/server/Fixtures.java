package io.tesserae.server;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.packed.Packed;
import io.tesserae.server.model.ServedModel;
import java.nio.file.Path;

/** Small models to serve. */
final class Fixtures {

    private static final Path FOLDER = Path.of("../testdata/fixtures");

    private Fixtures() {}

    static Path folder(String name) {
        return Packed.checkpoint(FOLDER.resolve(name));
    }

    static ServedModel served(String name, Engine engine) {
        return ServedModel.of(name, ModelFiles.directory(folder(name)), engine);
    }
}
