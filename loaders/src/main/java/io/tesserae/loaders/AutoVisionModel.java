package io.tesserae.loaders;

import io.tesserae.kernel.Engine;
import io.tesserae.model.Deit;
import io.tesserae.model.Dinov2;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageEncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.Vit;
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
public final class AutoVisionModel implements AutoCloseable {

    private final ImageEncoder encoder;
    private final PretrainedConfig config;
    private final Engine engine;

    private AutoVisionModel(ImageEncoder encoder, PretrainedConfig config, Engine engine) {
        this.encoder = encoder;
        this.config = config;
        this.engine = engine;
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
        return Checkpoint.load(files, engine, (config, weights) -> {
            ImageEncoder encoder = switch (config.modelType()) {
                case "vit" -> Vit.load(engine, ModelConfigs.vit(config), weights);
                case "deit" -> Deit.load(engine, ModelConfigs.vit(config), weights);
                case "dinov2", "dinov2_with_registers" -> Dinov2.load(engine, ModelConfigs.dinov2(config), weights);
                default -> throw Checkpoint.unsupportedImageFamily(config);
            };
            return new AutoVisionModel(encoder, config, engine);
        });
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
     */
    public ImageEncoderOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        return encoder.forward(batch, options, interpolatePositions);
    }

    /** The model itself. */
    public ImageEncoder encoder() {
        return encoder;
    }

    /** What config.json says. */
    public PretrainedConfig config() {
        return config;
    }

    /** What the model runs on. */
    public Engine engine() {
        return engine;
    }

    /** As {@link ImageEncoder#close}. */
    @Override
    public void close() {
        encoder.close();
    }
}
