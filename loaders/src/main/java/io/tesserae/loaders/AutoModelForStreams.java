package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.StreamBatch;
import io.tesserae.model.StreamModel;
import io.tesserae.model.StreamOutput;
import io.tesserae.model.StreamState;
import java.nio.file.Path;

/**
 * A model that continues streams of words, numbers, pictures and actions: GATO, for which transformers has no class.
 *
 * <pre>{@code
 * try (var model = AutoModelForStreams.fromPretrained(Path.of("gato"));
 *         StreamState state = model.newState(1)) {
 *     state.advance(observation);                              // a StreamBatch: numbers, patches, words
 *     Generated action = generator.generate(state, separator, seed);
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe; a state is not.
 */
public final class AutoModelForStreams extends Pretrained<StreamModel> {

    private AutoModelForStreams(Checkpoint checkpoint, Engine engine) {
        super(Head.STREAM, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForStreams fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForStreams fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForStreams fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForStreams fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForStreams(checkpoint, engine);
    }

    /** Scores what comes next at every element; nothing else. */
    public StreamOutput forward(StreamBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /**
     * Scores what comes next at every element.
     *
     * @throws IllegalArgumentException as {@link StreamModel#forward}
     */
    public StreamOutput forward(StreamBatch batch, OutputOptions options) {
        return model().forward(batch, options);
    }

    /**
     * Sequences that are empty yet, to be read element by element.
     *
     * @param sequences how many; 1 or more
     */
    public StreamState newState(int sequences) {
        return model().newState(sequences);
    }

    /** The model itself. */
    public StreamModel streamModel() {
        return model();
    }
}
