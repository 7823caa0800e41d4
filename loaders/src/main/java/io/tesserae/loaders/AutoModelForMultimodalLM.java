package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.model.VisionLanguageOutput;
import java.nio.file.Path;

/**
 * A model that continues texts with pictures among the words, of whatever family its checkpoint is: transformers' {@code
 * AutoModelForMultimodalLM}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped. To let it write, see
 * {@link VisionLanguageModel#newState} and {@code io.tesserae.generation.Generator}.
 */
public final class AutoModelForMultimodalLM extends Pretrained<VisionLanguageModel> {

    private AutoModelForMultimodalLM(Checkpoint checkpoint, Engine engine) {
        super(Head.IMAGE_TEXT_TO_TEXT, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForMultimodalLM fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForMultimodalLM fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForMultimodalLM fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too, as its tokenizer: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForMultimodalLM fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForMultimodalLM(checkpoint, engine);
    }

    /**
     * Scores what comes next at every token of texts with pictures among them.
     *
     * @throws IllegalArgumentException if the model does not take a text or a picture; see {@link VisionLanguageModel#forward}
     */
    public VisionLanguageOutput forward(InterleavedBatch batch, OutputOptions options) {
        return model().forward(batch, options);
    }

    /** The model itself. */
    public VisionLanguageModel visionLanguageModel() {
        return model();
    }
}
