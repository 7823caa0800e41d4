package io.tesserae.loaders;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.Input;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.TiledImageProcessor;
import io.tesserae.loaders.processor.json.ImageProcessorJson;
import io.tesserae.loaders.processor.json.ImageProcessorType;
import io.tesserae.loaders.processor.json.TiledImageProcessorJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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

    private static final String TYPE = "image_processor_type";
    private static final String OLD_TYPE = "feature_extractor_type";

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
        Arguments.require(engine, "engine");
        return reading(checkpoint, settings -> {
            NamedClass named = named(checkpoint, settings);
            if (TiledImageProcessorJson.isNamed(named.name())) {
                throw named.unexpected("a processor that makes one array of a picture, one of "
                        + ImageProcessorType.names() + "; this one makes tiles, and AutoImageProcessor.tiled loads it");
            }
            ImageProcessorType type = ImageProcessorType.named(named.name())
                    .orElseThrow(() -> named.unexpected("one of " + ImageProcessorType.names()));
            return new ImageProcessor(ImageProcessorJson.read(settings, type), engine);
        });
    }

    /**
     * Loads the image processor in a folder whose model reads large pictures tile by tile, to run on the process's {@linkplain
     * Engine#shared() shared engine}.
     *
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static TiledImageProcessor tiled(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(directory))) {
            return tiled(checkpoint, Engine.shared());
        }
    }

    /**
     * Loads the image processor of a checkpoint whose model reads large pictures tile by tile: Idefics3's, or SmolVLM's.
     *
     * @param engine what it runs on
     * @throws ModelLoadingException if there is none, it is damaged, or of a kind that is not supported
     */
    public static TiledImageProcessor tiled(Checkpoint checkpoint, Engine engine) {
        Arguments.require(engine, "engine");
        return reading(checkpoint, settings -> {
            NamedClass named = named(checkpoint, settings);
            if (!TiledImageProcessorJson.isNamed(named.name())) {
                throw named.unexpected("a processor that cuts pictures into tiles, "
                        + String.join(" or ", TiledImageProcessorJson.CLASS_NAMES));
            }
            return new TiledImageProcessor(TiledImageProcessorJson.read(settings), engine);
        });
    }

    /**
     * Whether a checkpoint's image processor is one that {@link #tiled} loads.
     *
     * @throws ModelLoadingException if there is none, or it is damaged
     */
    public static boolean isTiled(Checkpoint checkpoint) {
        return reading(
                checkpoint,
                settings -> TiledImageProcessorJson.isNamed(
                        named(checkpoint, settings).name()));
    }

    private static <T> T reading(Checkpoint checkpoint, Function<JsonObjectReader, T> reader) {
        ModelFiles files = Arguments.require(checkpoint, "checkpoint").files();
        try {
            return reader.apply(settings(checkpoint));
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

    /**
     * The class that a checkpoint's image processor is of.
     *
     * @param name in Python
     * @param source the file that names it
     * @param key where in that file
     */
    private record NamedClass(String name, JsonObjectReader source, String key) {

        ModelLoadingException unexpected(String expected) {
            return source.wrong(key, expected, source.object().get(key));
        }
    }

    private static NamedClass named(Checkpoint checkpoint, JsonObjectReader settings) {
        if (settings.has(TYPE)) {
            return new NamedClass(settings.requireString(TYPE), settings, TYPE);
        }
        if (settings.has(OLD_TYPE)) { // when the key was new, the classes' names ended in FeatureExtractor
            String name = settings.requireString(OLD_TYPE).replace("FeatureExtractor", "ImageProcessor");
            return new NamedClass(name, settings, OLD_TYPE);
        }
        JsonObjectReader config = checkpoint.json();
        if (config.has(TYPE)) {
            return new NamedClass(config.requireString(TYPE), config, TYPE);
        }
        return config.string("model_type")
                .flatMap(checkpoint.families()::preprocessor)
                .filter(name -> ImageProcessorType.named(name).isPresent() || TiledImageProcessorJson.isNamed(name))
                .map(name -> new NamedClass(name, config, "model_type"))
                .orElseThrow(() -> settings.wrong(
                        TYPE,
                        "one of " + ImageProcessorType.names() + ", or a model_type in " + config.where()
                                + " that has one of these",
                        config.object().get("model_type")));
    }
}
