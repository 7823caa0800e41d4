package io.tesserae.loaders;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A model that is a library: a jar with a checkpoint's files in it, which whoever wants the model puts on the class path or module
 * path. Such a jar provides this service, by {@code provides} in its {@code module-info.java} and, for the class path, in {@code
 * META-INF/services}.
 */
public interface ModelArtifact {

    /** The model's name without that of its owner, as {@code all-MiniLM-L6-v2}. */
    String name();

    /** The checkpoint's files. */
    ModelFiles files();

    /** All that the thread's context class loader knows of, in no order. */
    static List<ModelArtifact> all() {
        return ServiceLoader.load(ModelArtifact.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** The model of this name; empty where no such jar is at hand. */
    static Optional<ModelArtifact> named(String name) {
        Arguments.require(name, "name");
        return all().stream().filter(artifact -> artifact.name().equals(name)).findFirst();
    }
}
