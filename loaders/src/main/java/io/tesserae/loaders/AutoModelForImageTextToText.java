package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageCaptioner;
import io.tesserae.model.ImageCaptionerOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import java.nio.file.Path;

/**
 * A model that writes about pictures, of whatever family its checkpoint is: transformers' {@code AutoModelForImageTextToText}, and
 * {@code VisionEncoderDecoderModel}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped. To let it write, see
 * {@link ImageCaptioner#newState} and {@code io.tesserae.generation.Generator}.
 */
public final class AutoModelForImageTextToText extends Pretrained<ImageCaptioner> {

    private AutoModelForImageTextToText(Checkpoint checkpoint, Engine engine) {
        super(Head.IMAGE_CAPTIONING, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForImageTextToText fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForImageTextToText fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForImageTextToText fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too, as its tokenizer: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForImageTextToText fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForImageTextToText(checkpoint, engine);
    }

    /** Scores what comes next at every token of a text about each picture; the result alone. */
    public ImageCaptionerOutput forward(ImageBatch pictures, TokenBatch texts) {
        return forward(pictures, texts, OutputOptions.RESULT_ONLY, false);
    }

    /**
     * Scores what comes next at every token of a text about each picture.
     *
     * @param texts as many sequences as pictures
     * @param interpolatePositions whether pictures may have other sizes than the model's own
     * @throws IllegalArgumentException if the model does not take a text or a picture; see {@link ImageCaptioner#forward}
     * @throws IllegalStateException if the model reads pictures before the words, and has no encoder
     * @throws io.tesserae.loaders.image.ImageException if there is too little memory
     */
    public ImageCaptionerOutput forward(
            ImageBatch pictures, TokenBatch texts, OutputOptions options, boolean interpolatePositions) {
        try {
            return model().forward(pictures, texts, options, interpolatePositions);
        } catch (OutOfMemoryError e) {
            throw AutoVisionModel.tooLittleMemory(pictures, e);
        }
    }

    /** Whether a text may begin as the caller wants: {@link ImageCaptioner#takesPrompts()}. */
    public boolean takesPrompts() {
        return model().takesPrompts();
    }

    /** The model itself. */
    public ImageCaptioner captioner() {
        return model();
    }
}
