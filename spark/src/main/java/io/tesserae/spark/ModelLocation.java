package io.tesserae.spark;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.hub.Hub;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/** What a {@code modelPath} means, and how the model that it names comes to the executors. */
final class ModelLocation {

    /** Before the name of a model in the hub's cache. */
    static final String HUB = "hub:";

    /** Before the name of an entry of {@code spark.archives} or {@code spark.files}. */
    static final String SPARK_FILES = "sparkfiles:";

    private static final String FILE = "file:";

    private ModelLocation() {}

    /**
     * Carries a model that is here and small to the executors; of any other, they are told where to look.
     *
     * @param broadcastLimit the most bytes that are carried
     * @throws ModelLoadingException if the hub's cache has no such model
     */
    static ModelSource source(SparkContext context, String modelPath, long broadcastLimit) {
        if (modelPath.startsWith(SPARK_FILES)) {
            return new ModelSource.OfSparkFiles(modelPath.substring(SPARK_FILES.length()));
        }
        if (modelPath.startsWith(HUB)) {
            String name = modelPath.substring(HUB.length());
            Path folder = cached(name);
            return isCarried(folder, broadcastLimit)
                    ? broadcast(context, modelPath, folder)
                    : new ModelSource.OfHub(name);
        }
        Path folder = modelPath.startsWith(FILE) ? Path.of(URI.create(modelPath)) : Path.of(modelPath);
        folder = folder.toAbsolutePath();
        return isCarried(folder, broadcastLimit)
                ? broadcast(context, modelPath, folder)
                : new ModelSource.OfFolder(folder.toString());
    }

    private static boolean isCarried(Path folder, long limit) {
        return Files.isDirectory(folder) && CheckpointFiles.bytes(folder) <= limit && CheckpointFiles.fitArrays(folder);
    }

    private static ModelSource broadcast(SparkContext context, String modelPath, Path folder) {
        HashMap<String, byte[]> content = CheckpointFiles.read(folder);
        String digest = CheckpointFiles.digest(content);
        var broadcast = JavaSparkContext.fromSparkContext(context).broadcast(content);
        return new ModelSource.OfBroadcast(modelPath, digest, broadcast);
    }

    private static Path cached(String name) {
        try {
            return Hub.fromEnvironment()
                    .cached(name)
                    .path("config.json")
                    .orElseThrow(() -> new ModelLoadingException(name + ": the hub's cache has no config.json of it"))
                    .getParent();
        } catch (IOException e) {
            throw new ModelLoadingException(e.getMessage(), e);
        }
    }
}
