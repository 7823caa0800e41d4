package io.tesserae.loaders.processor.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.TargetSize;
import io.tesserae.loaders.processor.TiledImageProcessorConfig;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * From the keys of an image processor's file to what it does, for processors that cut pictures into tiles. Absent keys and nulls
 * are as with {@link ImageProcessorJson}.
 */
public final class TiledImageProcessorJson {

    /** The classes that are supported. They are one: the second was copied from the first, and differs in its name. */
    public static final List<String> CLASS_NAMES = List.of("Idefics3ImageProcessor", "SmolVLMImageProcessor");

    /** {@code do_pad} fills up batches, not pictures. */
    private static final Set<String> KNOWN_STEPS =
            Set.of("do_resize", "do_image_splitting", "do_rescale", "do_normalize", "do_pad", "do_convert_rgb");

    private static final int TILE_SIDE = 364;
    private static final TargetSize SIZE = new TargetSize.LongestEdge(4 * TILE_SIDE);
    private static final List<Double> HALVES = Collections.nCopies(RgbImage.CHANNELS, 0.5);

    private final JsonObjectReader json;
    private final ImageSettings settings;

    private TiledImageProcessorJson(JsonObjectReader json) {
        this.json = json;
        this.settings = new ImageSettings(json);
    }

    /** Whether a class of this name, or the variant of it that the name means, cuts pictures into tiles. */
    public static boolean isNamed(String className) {
        return CLASS_NAMES.contains(ImageProcessorType.withoutVariant(className));
    }

    /** What an object of settings says, with the defaults of the class. */
    public static TiledImageProcessorConfig read(JsonObjectReader json) {
        return new TiledImageProcessorJson(json).read();
    }

    private TiledImageProcessorConfig read() {
        settings.refuseOtherMathematics(KNOWN_STEPS);
        settings.flag("do_pad", true);
        boolean rescale = settings.flag("do_rescale", true);
        boolean normalise = settings.flag("do_normalize", true);
        return new TiledImageProcessorConfig(
                settings.flag("do_resize", true) ? Optional.of(size()) : Optional.empty(),
                settings.resample(ResampleFilter.LANCZOS),
                settings.flag("do_image_splitting", true),
                tileSide(),
                rescale ? settings.rescaleFactor() : 1,
                normalise ? settings.channels("image_mean", HALVES) : Collections.nCopies(RgbImage.CHANNELS, 0.0),
                normalise ? settings.standardDeviation(HALVES) : Collections.nCopies(RgbImage.CHANNELS, 1.0));
    }

    private TargetSize size() {
        Optional<JsonElement> size = settings.setting("size", "a size, because do_resize is true");
        if (size.isEmpty()) {
            return SIZE;
        }
        return switch (size.get()) {
            case JsonObject object -> size(json.asObject("size", object));
            case JsonArray sides -> {
                ImageSize pair = settings.pair("size", sides, ImageSettings::side);
                yield new TargetSize.Exactly(pair.width(), pair.height());
            }
            case JsonElement value -> {
                int side = ImageSettings.side(json, "size", value);
                if (!settings.flag("default_to_square", true)) {
                    throw json.wrong("size", "an object with longest_edge, because default_to_square is false", value);
                }
                yield new TargetSize.Exactly(side, side);
            }
        };
    }

    private TargetSize size(JsonObjectReader size) {
        Set<String> keys = size.keys();
        if (keys.equals(Set.of("longest_edge"))
                || keys.equals(Set.of("shortest_edge", "longest_edge"))) { // of the two the longest counts
            return new TargetSize.LongestEdge(ImageSettings.side(size, "longest_edge"));
        }
        if (keys.equals(Set.of("height", "width"))) {
            return new TargetSize.Exactly(ImageSettings.side(size, "width"), ImageSettings.side(size, "height"));
        }
        throw settings.wrongKeys("size", "longest_edge, or height and width", keys);
    }

    private int tileSide() {
        Optional<JsonElement> size = settings.setting("max_image_size", "an object with longest_edge");
        if (size.isEmpty()) {
            return TILE_SIDE;
        }
        JsonObjectReader reader = json.asObject("max_image_size", size.get());
        if (!reader.keys().equals(Set.of("longest_edge"))) {
            throw settings.wrongKeys("max_image_size", "longest_edge", reader.keys());
        }
        return ImageSettings.side(reader, "longest_edge");
    }
}
