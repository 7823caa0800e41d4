package io.tesserae.pipelines.task;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * A task: what it is called, and how a checkpoint becomes a pipeline for it.
 *
 * <pre>{@code
 * try (var classifier = TextClassificationPipeline.TASK.open(Path.of("my-model"), engine)) {
 *     Classification answer = classifier.classify("The actors were very convincing.");
 * }
 * }</pre>
 *
 * @param type the class of the task's pipelines
 * @param names as transformers' {@code pipeline(task)} has them, the usual one first; one or more
 * @param loader loads a pipeline
 * @param <P> the pipelines of the task
 */
public record PipelineTask<P extends Pipeline<?, ?, ?>>(Class<P> type, List<String> names, Loader<P> loader) {

    /** Loads a pipeline from a checkpoint. */
    @FunctionalInterface
    public interface Loader<P> {

        /**
         * Loads a pipeline.
         *
         * @param checkpoint whose files are read once, for all parts of the pipeline; the caller closes it
         * @param engine what its model runs on
         * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be loaded; the message says why
         */
        P load(Checkpoint checkpoint, Engine engine);
    }

    /** Keeps its own list. */
    public PipelineTask {
        Arguments.require(type, "type");
        names = List.copyOf(Arguments.requireAll(names, "names"));
        Arguments.require(loader, "loader");
        if (names.isEmpty()) {
            throw new IllegalArgumentException("names: a task needs one name at least, found none");
        }
    }

    /** The name that it is usually called by. */
    public String name() {
        return names.getFirst();
    }

    /**
     * A pipeline of the checkpoint in a folder, on the {@linkplain Engine#shared() engine that all share}.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public P open(Path directory) {
        return open(ModelFiles.directory(directory));
    }

    /**
     * A pipeline of the checkpoint in a folder.
     *
     * @param engine what its model runs on: threads, precision
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public P open(Path directory, Engine engine) {
        return open(ModelFiles.directory(directory), engine);
    }

    /**
     * A pipeline of a checkpoint that lies elsewhere, as in the hub's cache, on the engine that all share.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public P open(ModelFiles files) {
        return open(files, Engine.shared());
    }

    /**
     * A pipeline of a checkpoint that lies elsewhere, as in the hub's cache.
     *
     * @param engine what its model runs on: threads, precision
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public P open(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return open(checkpoint, engine);
        }
    }

    /**
     * A pipeline of a checkpoint whose config.json somebody has looked at: it is not read again.
     *
     * @param engine what its model runs on: threads, precision
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public P open(Checkpoint checkpoint, Engine engine) {
        return loader.load(Arguments.require(checkpoint, "checkpoint"), Arguments.require(engine, "engine"));
    }

    /** The task's names. */
    @Override
    public String toString() {
        return String.join(", ", names);
    }
}
