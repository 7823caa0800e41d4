package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.ImageClassifierOutput;
import io.tesserae.model.OutputOptions;
import java.nio.file.Path;

/**
 * A classifier of pictures of whatever family its checkpoint is: transformers' {@code AutoModelForImageClassification}.
 *
 * <pre>{@code
 * try (var model = AutoModelForImageClassification.fromPretrained(Path.of("vit-base-patch16-224"))) {
 *     Tensor logits = model.forward(ImageBatch.of(pixelValues)).logits();
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class AutoModelForImageClassification extends Pretrained<ImageClassifier> {

    private AutoModelForImageClassification(ModelFiles files, Engine engine) {
        super(Head.IMAGE_CLASSIFICATION, files, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForImageClassification fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForImageClassification fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForImageClassification fromPretrained(ModelFiles files, Engine engine) {
        return new AutoModelForImageClassification(files, engine);
    }

    /** Scores pictures of the model's own size; the logits alone. */
    public ImageClassifierOutput forward(ImageBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /** Scores pictures of the model's own size. */
    public ImageClassifierOutput forward(ImageBatch batch, OutputOptions options) {
        return forward(batch, options, false);
    }

    /**
     * Scores pictures.
     *
     * @param interpolatePositions whether they may have other sizes than the model's own; DINOv2's always may
     * @throws IllegalArgumentException if the model does not take a picture of the batch; see
     *     {@link io.tesserae.model.ImageEncoder#forward}
     * @throws io.tesserae.loaders.image.ImageException if there is too little memory
     */
    public ImageClassifierOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        try {
            return model().forward(batch, options, interpolatePositions);
        } catch (OutOfMemoryError e) {
            throw AutoVisionModel.tooLittleMemory(batch, e);
        }
    }

    /** The model itself. */
    public ImageClassifier classifier() {
        return model();
    }
}
