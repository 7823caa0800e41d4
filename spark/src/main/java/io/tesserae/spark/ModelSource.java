package io.tesserae.spark;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.hub.Hub;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.broadcast.Broadcast;

/** Where an executor finds a checkpoint. It travels with every task, so it is small; a broadcast is only a number. */
sealed interface ModelSource extends Serializable {

    /** Another text for another checkpoint: what a loaded pipeline is kept by. */
    String key();

    /**
     * The checkpoint's files, as this JVM has them.
     *
     * @throws ModelLoadingException if they are not here; the message says what to do
     */
    ModelFiles files();

    /**
     * Files that Spark carried here.
     *
     * @param path where they come from, for messages
     * @param digest of their names and bytes
     * @param content bytes by name
     */
    record OfBroadcast(String path, String digest, Broadcast<HashMap<String, byte[]>> content) implements ModelSource {

        @Override
        public String key() {
            return digest;
        }

        @Override
        public ModelFiles files() {
            return BroadcastFiles.of(path + " (broadcast)", content.value());
        }
    }

    /** A folder that every executor has at the same path. */
    record OfFolder(String path) implements ModelSource {

        @Override
        public String key() {
            return CheckpointFiles.state(Path.of(path));
        }

        @Override
        public ModelFiles files() {
            return folder(
                    path,
                    "Executors read this model by its path: put it where all of them see it, name it in spark.archives,"
                            + " or raise broadcastLimit");
        }
    }

    /** A folder that Spark unpacked beside the executor, from spark.archives, or fetched, from spark.files. */
    record OfSparkFiles(String name) implements ModelSource {

        @Override
        public String key() {
            return CheckpointFiles.state(Path.of(SparkFiles.get(name)));
        }

        @Override
        public ModelFiles files() {
            return folder(
                    SparkFiles.get(name),
                    "Give it to spark-submit as --archives model.tar.gz#" + name
                            + "; what is added when the session is there does not reach data sets");
        }
    }

    /** A model in the cache of the hub that each executor's machine has. */
    record OfHub(String name) implements ModelSource {

        @Override
        public String key() {
            return "the hub, " + name;
        }

        @Override
        public ModelFiles files() {
            try {
                return Hub.fromEnvironment().cached(name);
            } catch (IOException e) {
                throw missing(
                        e, "Models larger than broadcastLimit are read from the cache of each executor's machine");
            }
        }
    }

    /** A message that names the executor: on the driver, where it is read, all may look well. */
    private static ModelLoadingException missing(Exception failure, String advice) {
        SparkEnv environment = SparkEnv.get();
        String where = environment == null ? "here" : "executor " + environment.executorId();
        return new ModelLoadingException(where + ": " + failure.getMessage() + ". " + advice, failure);
    }

    private static ModelFiles folder(String path, String advice) {
        try {
            return ModelFiles.directory(Path.of(path));
        } catch (ModelLoadingException e) {
            throw missing(e, advice);
        }
    }
}
