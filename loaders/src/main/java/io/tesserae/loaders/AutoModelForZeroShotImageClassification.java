package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageTextEncoder;
import io.tesserae.model.ImageTextEncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;

/**
 * A model that compares pictures with texts, each by a vector of its own, of whatever family its checkpoint is: transformers' class of the same name.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class AutoModelForZeroShotImageClassification extends Pretrained<ImageTextEncoder> {

    private AutoModelForZeroShotImageClassification(Checkpoint checkpoint, Engine engine) {
        super(Head.IMAGE_TEXT_ENCODER, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForZeroShotImageClassification fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForZeroShotImageClassification fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForZeroShotImageClassification fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too, as its tokenizer: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForZeroShotImageClassification fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForZeroShotImageClassification(checkpoint, engine);
    }

    /**
     * How well every text fits every picture: see {@link ImageTextEncoder#forward}.
     *
     * @param options what else is wanted of both encoders
     * @param interpolatePositions see {@link io.tesserae.model.ImageEncoder#forward}
     * @throws IllegalArgumentException if the model does not take a text or a picture
     * @throws io.tesserae.loaders.image.ImageException if there is too little memory
     */
    public ImageTextEncoderOutput forward(
            ImageBatch pictures, TokenBatch texts, OutputOptions options, boolean interpolatePositions) {
        try {
            return model().forward(pictures, texts, options, interpolatePositions);
        } catch (OutOfMemoryError e) {
            throw AutoVisionModel.tooLittleMemory(pictures, e);
        }
    }

    /**
     * A vector for each picture: see {@link ImageTextEncoder#imageFeatures}.
     *
     * @throws IllegalArgumentException if the model does not take a picture
     * @throws io.tesserae.loaders.image.ImageException if there is too little memory
     */
    public Tensor imageFeatures(ImageBatch pictures, boolean interpolatePositions) {
        try {
            return model().imageFeatures(pictures, interpolatePositions);
        } catch (OutOfMemoryError e) {
            throw AutoVisionModel.tooLittleMemory(pictures, e);
        }
    }

    /** The model itself. */
    public ImageTextEncoder encoder() {
        return model();
    }
}
