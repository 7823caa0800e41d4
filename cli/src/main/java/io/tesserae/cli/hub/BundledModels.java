package io.tesserae.cli.hub;

import io.tesserae.loaders.ModelArtifact;
import io.tesserae.loaders.files.ModelFiles;
import java.util.List;
import java.util.Optional;

/** The small models that come along in the jar, so that the first command works without a download. */
public final class BundledModels {

    /** The names of all. */
    static final List<String> NAMES = List.of("sentiment", "photos", "captions", "generalist");

    private static final String SENTENCES = "all-MiniLM-L6-v2";

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

    /** The model that makes vectors of sentences, where its jar lies beside those of the command line. */
    public static Optional<ModelFiles> sentences() {
        return ModelArtifact.named(SENTENCES).map(ModelArtifact::files);
    }

    /** A model by its name, one of {@link #NAMES}. */
    static ModelFiles named(String name) {
        return bundled(name);
    }

    private static ModelFiles bundled(String model) {
        return ModelFiles.resources(
                "the bundled model",
                name -> BundledModels.class.getResourceAsStream("/io/tesserae/cli/models/" + model + "/" + name));
    }
}
