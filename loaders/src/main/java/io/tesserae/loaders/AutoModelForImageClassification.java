package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.model.DeitForImageClassification;
import io.tesserae.model.DeitForImageClassificationWithTeacher;
import io.tesserae.model.Dinov2ForImageClassification;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.ImageClassifierOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.VitForImageClassification;
import io.tesserae.tensor.TensorSource;
import java.nio.file.Path;
import java.util.List;

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
public final class AutoModelForImageClassification implements AutoCloseable {

    private final ImageClassifier classifier;
    private final PretrainedConfig config;
    private final Engine engine;

    private AutoModelForImageClassification(ImageClassifier classifier, PretrainedConfig config, Engine engine) {
        this.classifier = classifier;
        this.config = config;
        this.engine = engine;
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
        return Checkpoint.load(files, engine, (config, weights) -> {
            int labels = config.labels().count();
            ImageClassifier classifier = switch (config.modelType()) {
                case "vit" -> VitForImageClassification.load(engine, ModelConfigs.vit(config), labels, weights);
                case "deit" ->
                    hasTeacher(config, weights)
                            ? DeitForImageClassificationWithTeacher.load(
                                    engine, ModelConfigs.vit(config), labels, weights)
                            : DeitForImageClassification.load(engine, ModelConfigs.vit(config), labels, weights);
                case "dinov2", "dinov2_with_registers" ->
                    Dinov2ForImageClassification.load(engine, ModelConfigs.dinov2(config), labels, weights);
                default -> throw Checkpoint.unsupportedImageFamily(config);
            };
            return new AutoModelForImageClassification(classifier, config, engine);
        });
    }

    /** DeiT has two kinds of heads: {@code architectures} says which, and where it is silent the tensors do. */
    private static boolean hasTeacher(PretrainedConfig config, TensorSource weights) {
        List<String> architectures = config.architectures();
        return architectures.contains("DeiTForImageClassificationWithTeacher")
                || !architectures.contains("DeiTForImageClassification")
                        && weights.names().contains("cls_classifier.weight");
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
            return classifier.forward(batch, options, interpolatePositions);
        } catch (OutOfMemoryError e) {
            throw AutoVisionModel.tooLittleMemory(batch, e);
        }
    }

    /** The model itself. */
    public ImageClassifier classifier() {
        return classifier;
    }

    /** What config.json says: labels among it. */
    public PretrainedConfig config() {
        return config;
    }

    /** What the model runs on. */
    public Engine engine() {
        return engine;
    }

    /** As {@link ImageClassifier#close}. */
    @Override
    public void close() {
        classifier.close();
    }
}
