package io.tesserae.loaders;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.Input;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.json.ImageProcessorJson;
import io.tesserae.loaders.processor.json.ImageProcessorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Loads a checkpoint's image processor the way transformers 5 does, with the PIL backend.
 *
 * <pre>{@code
 * ImageProcessor processor = AutoImageProcessor.fromPretrained(Path.of("vit-base-patch16-224"));
 * Tensor pixelValues = processor.process(image); // [3, 224, 224]
 * }</pre>
 *
 * <p>The settings are those in {@code processor_config.json} under {@code image_processor}, and in {@code
 * preprocessor_config.json} where there are none. The class is named there, as {@code image_processor_type} or, in old
 * files, {@code feature_extractor_type}; else by {@code config.json}, else by the model's type.
 */
public final class AutoImageProcessor {

    private static final long BYTE_LIMIT = 16L << 20;

    private static final String PREPROCESSOR_CONFIG = "preprocessor_config.json";
    private static final String PROCESSOR_CONFIG = "processor_config.json";

    private AutoImageProcessor() {}

    /**
     * Loads the image processor in a folder, to run on the process's {@linkplain Engine#shared() shared engine}.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static ImageProcessor fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /**
     * Loads the image processor among a checkpoint's files, to run on the process's {@linkplain Engine#shared() shared
     * engine}.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static ImageProcessor fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads the image processor among a checkpoint's files.
     *
     * @param engine what it runs on
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static ImageProcessor fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads the image processor of a checkpoint of which other parts are loaded too, as its model: config.json is read once for all.
     *
     * @param engine what it runs on
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static ImageProcessor fromPretrained(Checkpoint checkpoint, Engine engine) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        Arguments.require(engine, "engine");
        try {
            JsonObjectReader settings = settings(checkpoint);
            return new ImageProcessor(ImageProcessorJson.read(settings, type(checkpoint, settings)), engine);
        } catch (IOException e) {
            throw new ModelLoadingException(
                    files.describe(PREPROCESSOR_CONFIG) + ": reading the image processor failed: " + e, e);
        }
    }

    private static JsonObjectReader settings(Checkpoint checkpoint) throws IOException {
        ModelFiles files = checkpoint.files();
        Optional<JsonObjectReader> nested = JsonObjectReader.ofFileIfPresent(files, PROCESSOR_CONFIG, BYTE_LIMIT)
                .child("image_processor");
        if (nested.isPresent()) {
            return nested.get();
        }
        if (!files.exists(PREPROCESSOR_CONFIG)) {
            requireImageFamily(checkpoint); // a model that takes no pictures has no need of one
            throw new ModelLoadingException(files.describe(PREPROCESSOR_CONFIG) + ": no such file, and no "
                    + PROCESSOR_CONFIG + " with an image_processor either; expected one of the two, which say how"
                    + " pictures are prepared for the model");
        }
        return JsonObjectReader.ofFile(files, PREPROCESSOR_CONFIG, BYTE_LIMIT);
    }

    /** What pictures are a part of, or may be. */
    private static final Set<Input> WITH_PICTURES = Set.of(Input.PIXELS, Input.PIXELS_AND_TOKENS, Input.BY_HEAD);

    private static void requireImageFamily(Checkpoint checkpoint) {
        if (checkpoint.files().exists(PretrainedConfig.FILE)) {
            PretrainedConfig config = checkpoint.config();
            Optional<Input> taken = checkpoint.families().input(config.modelType(), config.architectures());
            if (taken.isEmpty() || !WITH_PICTURES.contains(taken.get())) {
                throw Checkpoint.unsupportedFamily(checkpoint.families(), config, Input.PIXELS);
            }
        }
    }

    private static ImageProcessorType type(Checkpoint checkpoint, JsonObjectReader settings) {
        if (settings.has("image_processor_type")) {
            return named(settings, "image_processor_type", "");
        }
        if (settings.has("feature_extractor_type")) {
            return named(settings, "feature_extractor_type", "FeatureExtractor");
        }
        JsonObjectReader config = checkpoint.json();
        if (config.has("image_processor_type")) {
            return named(config, "image_processor_type", "");
        }
        return config.string("model_type")
                .flatMap(checkpoint.families()::preprocessor)
                .flatMap(ImageProcessorType::named)
                .orElseThrow(() -> settings.wrong(
                        "image_processor_type",
                        "one of " + ImageProcessorType.names() + ", or a model_type in " + config.where()
                                + " that has one of these",
                        config.object().get("model_type")));
    }

    /**
     * @param oldEnding what the classes' names ended in when the key was new; now they end in {@code ImageProcessor}
     */
    private static ImageProcessorType named(JsonObjectReader json, String key, String oldEnding) {
        String name = json.requireString(key);
        return ImageProcessorType.named(oldEnding.isEmpty() ? name : name.replace(oldEnding, "ImageProcessor"))
                .orElseThrow(() -> json.wrong(
                        key,
                        "one of " + ImageProcessorType.names(),
                        json.object().get(key)));
    }
}
