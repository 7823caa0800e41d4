package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageTextMatcher;
import io.tesserae.model.ImageTextMatcherOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import java.nio.file.Path;

/**
 * A model that compares pictures with texts, of whatever family its checkpoint is: transformers' {@code BlipForImageTextRetrieval}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class AutoModelForImageTextRetrieval extends Pretrained<ImageTextMatcher> {

    private AutoModelForImageTextRetrieval(Checkpoint checkpoint, Engine engine) {
        super(Head.IMAGE_TEXT_RETRIEVAL, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForImageTextRetrieval fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForImageTextRetrieval fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForImageTextRetrieval fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too, as its tokenizer: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForImageTextRetrieval fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForImageTextRetrieval(checkpoint, engine);
    }

    /**
     * Scores whether each picture and its text belong together: see {@link ImageTextMatcher#match}.
     *
     * @throws IllegalArgumentException if the model does not take a text or a picture
     * @throws io.tesserae.loaders.image.ImageException if there is too little memory
     */
    public ImageTextMatcherOutput match(ImageBatch pictures, TokenBatch texts) {
        try {
            return model().match(pictures, texts, OutputOptions.RESULT_ONLY, false);
        } catch (OutOfMemoryError e) {
            throw AutoVisionModel.tooLittleMemory(pictures, e);
        }
    }

    /**
     * Compares every picture with every text: see {@link ImageTextMatcher#compare}.
     *
     * @throws IllegalArgumentException if the model does not take a text or a picture
     * @throws io.tesserae.loaders.image.ImageException if there is too little memory
     */
    public ImageTextMatcherOutput compare(ImageBatch pictures, TokenBatch texts) {
        try {
            return model().compare(pictures, texts, OutputOptions.RESULT_ONLY, false);
        } catch (OutOfMemoryError e) {
            throw AutoVisionModel.tooLittleMemory(pictures, e);
        }
    }

    /** The model itself. */
    public ImageTextMatcher matcher() {
        return model();
    }
}
