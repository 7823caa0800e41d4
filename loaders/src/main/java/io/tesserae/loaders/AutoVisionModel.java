package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageEncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;

/**
 * An encoder without a head that takes pixels, of whatever family its checkpoint is: ViT (and with it DINO), DeiT, DINOv2. It
 * is transformers' {@code AutoModel} for such checkpoints; in Java, pictures and texts are different arguments, so there are
 * two classes.
 *
 * <pre>{@code
 * try (AutoVisionModel model = AutoVisionModel.fromPretrained(Path.of("dinov2-base"))) {
 *     ImageEncoderOutput output = model.forward(ImageBatch.of(pixelValues));
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class AutoVisionModel extends Pretrained<ImageEncoder> {

    private AutoVisionModel(ModelFiles files, Engine engine) {
        super(Head.IMAGE_ENCODER, files, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoVisionModel fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoVisionModel fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoVisionModel fromPretrained(ModelFiles files, Engine engine) {
        return new AutoVisionModel(files, engine);
    }

    /** Encodes pictures of the model's own size; the result alone. */
    public ImageEncoderOutput forward(ImageBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /** Encodes pictures of the model's own size. */
    public ImageEncoderOutput forward(ImageBatch batch, OutputOptions options) {
        return forward(batch, options, false);
    }

    /**
     * Encodes pictures.
     *
     * @param interpolatePositions whether they may have other sizes than the model's own; DINOv2's always may
     * @throws IllegalArgumentException if the model does not take a picture of the batch; see {@link ImageEncoder#forward}
     * @throws ImageException if there is too little memory
     */
    public ImageEncoderOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        try {
            return model().forward(batch, options, interpolatePositions);
        } catch (OutOfMemoryError e) {
            throw tooLittleMemory(batch, e);
        }
    }

    static ImageException tooLittleMemory(ImageBatch batch, OutOfMemoryError cause) {
        Tensor first = batch.pixelValues(0); // [channels, height, width]
        return new ImageException(
                "too little memory to run the model on "
                        + (batch.images() == 1 ? "a picture" : batch.images() + " pictures at once, the first")
                        + " of " + first.dimension(2) + " x " + first.dimension(1)
                        + " pixels. Give the JVM more with -Xmx, now "
                        + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MB, or have it work on less at a time",
                cause);
    }

    /** The model itself. */
    public ImageEncoder encoder() {
        return model();
    }
}
