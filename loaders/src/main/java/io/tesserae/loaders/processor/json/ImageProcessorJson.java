package io.tesserae.loaders.processor.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.processor.CenterCrop;
import io.tesserae.loaders.processor.ImageProcessorConfig;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.TargetSize;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/**
 * From the keys of an image processor's file to what it does. What is absent is as the class has it. A null is not that:
 * for a step it means no, for a value that is needed it is an error, as it is in the reference. What would change the
 * pixels and is not supported is refused.
 */
public final class ImageProcessorJson {

    /** Steps that are supported, or, the last two, that change nothing: pictures here are RGB, labels are none of them. */
    private static final Set<String> KNOWN_STEPS =
            Set.of("do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_convert_rgb", "do_reduce_labels");

    /** By Pillow's numbers. */
    private static final Set<String> SMOOTH_FILTERS = Set.of("2", "3");

    private final JsonObjectReader json;
    private final ImageSettings settings;
    private final ImageProcessorType type;

    private ImageProcessorJson(JsonObjectReader json, ImageProcessorType type) {
        this.json = json;
        this.settings = new ImageSettings(json);
        this.type = type;
    }

    /** What an object of settings says, with the defaults of its class. */
    public static ImageProcessorConfig read(JsonObjectReader json, ImageProcessorType type) {
        return new ImageProcessorJson(json, type).read();
    }

    private ImageProcessorConfig read() {
        settings.refuseOtherMathematics(KNOWN_STEPS);
        boolean resize = settings.flag("do_resize", true);
        boolean crop = settings.flag("do_center_crop", type.crop.wanted());
        boolean rescale = settings.flag("do_rescale", true);
        boolean normalise = settings.flag("do_normalize", true);
        if (type.rescalesFirst()) {
            requireSmooth(resize, crop, rescale);
        }
        return new ImageProcessorConfig(
                resize ? Optional.of(size()) : Optional.empty(),
                resize ? settings.resample(type.resample) : type.resample,
                crop
                        ? Optional.of(type.crop.first() ? cropBeforeResize() : new CenterCrop.AfterResize(cropSize()))
                        : Optional.empty(),
                rescale ? settings.rescaleFactor() : 1,
                normalise ? settings.channels("image_mean", type.mean) : Collections.nCopies(RgbImage.CHANNELS, 0.0),
                normalise
                        ? settings.standardDeviation(type.standardDeviation)
                        : Collections.nCopies(RgbImage.CHANNELS, 1.0),
                type.rescalesFirst());
    }

    /** Refuses what the class, whose pictures are floats when they are resized, does not do or does otherwise than others. */
    private void requireSmooth(boolean resize, boolean crop, boolean rescale) {
        if (crop) {
            throw json.wrong(
                    "do_center_crop",
                    "false: this step is not supported for " + type.className,
                    json.object().get("do_center_crop"));
        }
        if (!rescale) {
            throw json.wrong(
                    "do_rescale",
                    "true, since " + type.className + " resizes and normalises rescaled pictures",
                    json.object().get("do_rescale"));
        }
        if (resize && json.has("resample")) {
            JsonElement filter = json.object().get("resample");
            boolean known = filter instanceof JsonPrimitive number
                    && number.isNumber()
                    && SMOOTH_FILTERS.contains(number.getAsString());
            if (!known) {
                throw json.wrong("resample", "2 (bilinear) or 3 (bicubic), for " + type.className, filter);
            }
        }
    }

    private TargetSize size() {
        if (type == ImageProcessorType.IDEFICS && json.has("image_size")) { // its name for a square size, which counts
            int side = ImageSettings.side(json, "image_size");
            return new TargetSize.Exactly(side, side);
        }
        boolean square = settings.flag("default_to_square", type.defaultToSquare);
        Optional<JsonElement> size = settings.setting(
                "size",
                "a size, because " + (type.crop.first() ? "do_resize or do_center_crop" : "do_resize") + " is true");
        if (size.isEmpty()) {
            return type.size;
        }
        return switch (size.get()) {
            case JsonObject object -> size(json.asObject("size", object));
            case JsonArray sides -> exactly(settings.pair("size", sides, ImageSettings::side));
            case JsonElement value -> {
                int side = ImageSettings.side(json, "size", value);
                yield square ? new TargetSize.Exactly(side, side) : new TargetSize.ShortestEdge(side);
            }
        };
    }

    private TargetSize size(JsonObjectReader size) {
        Set<String> keys = size.keys();
        if (keys.equals(Set.of("height", "width"))) {
            return new TargetSize.Exactly(ImageSettings.side(size, "width"), ImageSettings.side(size, "height"));
        }
        if (keys.equals(Set.of("shortest_edge"))) {
            return new TargetSize.ShortestEdge(ImageSettings.side(size, "shortest_edge"));
        }
        if (keys.equals(Set.of("shortest_edge", "longest_edge"))) {
            return size.has("longest_edge")
                    ? new TargetSize.EdgesUpTo(
                            ImageSettings.side(size, "shortest_edge"), ImageSettings.roundSide(size, "longest_edge"))
                    : new TargetSize.ShortestEdge(ImageSettings.side(size, "shortest_edge"));
        }
        if (keys.equals(Set.of("max_height", "max_width"))) {
            return new TargetSize.Within(ImageSettings.side(size, "max_width"), ImageSettings.side(size, "max_height"));
        }
        throw settings.wrongKeys(
                "size",
                "height and width, shortest_edge, shortest_edge and longest_edge, or max_height and max_width",
                keys);
    }

    /** The size that pictures would be resized to is needed here even if they are not. */
    private CenterCrop cropBeforeResize() {
        if (!(size() instanceof TargetSize.Exactly(int width, int height))) {
            throw json.wrong(
                    "size",
                    "height and width, because do_center_crop is true, and what is kept is size / crop_size of the"
                            + " picture's shorter side",
                    json.object().get("size"));
        }
        ImageSize cropSize = cropSize();
        return new CenterCrop.BeforeResize((double) width / cropSize.width(), (double) height / cropSize.height());
    }

    private ImageSize cropSize() {
        String expected = "a size, because do_center_crop is true";
        Optional<JsonElement> size = settings.setting("crop_size", expected);
        if (size.isEmpty()) {
            return type.crop.size().orElseThrow(() -> json.wrong("crop_size", expected, null));
        }
        return switch (size.get()) {
            case JsonObject object -> {
                JsonObjectReader reader = json.asObject("crop_size", object);
                if (!reader.keys().equals(Set.of("height", "width"))) {
                    throw settings.wrongKeys("crop_size", "height and width", reader.keys());
                }
                yield new ImageSize(
                        ImageSettings.roundSide(reader, "width"), ImageSettings.roundSide(reader, "height"));
            }
            case JsonArray sides -> settings.pair("crop_size", sides, ImageSettings::roundSide);
            case JsonElement value -> {
                int side = ImageSettings.side(json, "crop_size", value);
                yield new ImageSize(side, side);
            }
        };
    }

    private static TargetSize exactly(ImageSize size) {
        return new TargetSize.Exactly(size.width(), size.height());
    }
}
