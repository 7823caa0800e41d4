package io.tesserae.cli.hub;

import io.tesserae.loaders.files.ModelFiles;

/** The small models that come along in the jar, so that the first command works without a download. */
public final class BundledModels {

    private BundledModels() {}

    /** The model for texts. */
    public static ModelFiles sentiment() {
        return bundled("sentiment");
    }

    /** The model for pictures. */
    public static ModelFiles photos() {
        return bundled("photos");
    }

    /** The model that describes pictures. */
    public static ModelFiles captions() {
        return bundled("captions");
    }

    /** The model that acts. */
    public static ModelFiles generalist() {
        return bundled("generalist");
    }

    private static ModelFiles bundled(String model) {
        return ModelFiles.resources(
                "the bundled model",
                name -> BundledModels.class.getResourceAsStream("/io/tesserae/cli/models/" + model + "/" + name));
    }
}
