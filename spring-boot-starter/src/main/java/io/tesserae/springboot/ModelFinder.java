package io.tesserae.springboot;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.hub.Hub;
import io.tesserae.loaders.hub.ModelId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * Finds a model by what a property says: {@code classpath:} and a folder of resources, a folder, or a name on the hub. A folder
 * wins over a name.
 */
final class ModelFinder {

    private static final String CLASSPATH = ResourceLoader.CLASSPATH_URL_PREFIX;
    private static final String ACTION =
            "Set it to a folder with config.json and model.safetensors, to \"classpath:\" and such a folder of resources, or to "
                    + "the name of a model in the hub's cache, as \"sentence-transformers/all-MiniLM-L6-v2\"";

    private final ResourceLoader resources;
    private final Hub hub;
    private final boolean download;

    /**
     * A finder for one application.
     *
     * @param resources opens what lies on the class path
     * @param hub where names lead
     * @param download whether what the hub's cache lacks may be downloaded
     */
    ModelFinder(ResourceLoader resources, Hub hub, boolean download) {
        this.resources = resources;
        this.hub = hub;
        this.download = download;
    }

    /**
     * The files of a model.
     *
     * @param property where the location comes from: its whole name
     * @throws ModelPropertyException if there is no model
     */
    ModelFiles find(String property, String location) {
        if (location == null || location.isBlank()) {
            throw new ModelPropertyException(property, "no model is set", ACTION + ".", null);
        }
        if (location.startsWith(CLASSPATH)) {
            return onClassPath(property, location);
        }
        Optional<Path> folder = folder(location);
        if (folder.isPresent()) {
            return ModelFiles.directory(folder.get());
        }
        return onHub(property, location);
    }

    private ModelFiles onClassPath(String property, String location) {
        String base = location.endsWith("/") ? location : location + "/";
        if (!resources.getResource(base + "config.json").exists()) {
            String found = "there is no resource \"" + base + "config.json\"";
            throw new ModelPropertyException(property, found, ACTION + ".", null);
        }
        return ModelFiles.resources(location, name -> open(resources.getResource(base + name)));
    }

    private static InputStream open(Resource resource) {
        try {
            return resource.exists() ? resource.getInputStream() : null;
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + resource.getDescription(), e);
        }
    }

    private static Optional<Path> folder(String location) {
        try {
            Path path = Path.of(location.startsWith("file:") ? location.substring("file:".length()) : location);
            return Optional.of(path).filter(Files::isDirectory);
        } catch (InvalidPathException e) {
            return Optional.empty(); // it may still be a name
        }
    }

    private ModelFiles onHub(String property, String location) {
        ModelId model;
        try {
            model = ModelId.parse(location);
        } catch (IllegalArgumentException e) {
            String found = "\"" + location + "\" is no folder, and no name on the hub: " + e.getMessage();
            throw new ModelPropertyException(property, found, ACTION + ".", e);
        }
        try {
            return download ? hub.download(model) : hub.cached(model);
        } catch (IOException e) {
            String found = "\"" + location + "\" is no folder, and as a name on the hub: " + e.getMessage();
            String advice = download ? "." : "; or let it be downloaded with tesserae.download=true.";
            throw new ModelPropertyException(property, found, ACTION + advice, e);
        }
    }
}
