package io.tesserae.cli;

import io.tesserae.loaders.ModelFiles;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Finds the model that {@code --model} names. */
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

    /** The model that is named, or the bundled one for texts where none is. */
    static ModelFiles findOrBundledSentiment(String name) {
        return name == null ? bundledSentiment() : find(name);
    }

    /**
     * The model in a folder.
     *
     * @throws CommandException if there is no such folder
     */
    static ModelFiles find(String name) {
        try {
            Path path = Path.of(name);
            if (!name.isEmpty() && Files.exists(path)) {
                return ModelFiles.directory(path);
            }
        } catch (InvalidPathException e) {
            // Then it is no folder either.
        }
        throw new CommandException("no folder '" + name
                + "'; models are not downloaded in this version: give a folder with config.json, model.safetensors and"
                + " the tokenizer's files");
    }
}
