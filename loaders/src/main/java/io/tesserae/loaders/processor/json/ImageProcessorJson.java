package io.tesserae.loaders.processor.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.loaders.processor.CenterCrop;
import io.tesserae.loaders.processor.ImageProcessorConfig;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.TargetSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * From the keys of an image processor's file to what it does. What is absent is as the class has it. A null is not that:
 * for a step it means no, for a value that is needed it is an error, as it is in the reference. What would change the
 * pixels and is not supported is refused.
 */
public final class ImageProcessorJson {

    /** No model sees larger pictures; a file that claims more is broken, and would ask for memory without end: this is 200 MB. */
    private static final int LONGEST_SIDE = 4_096;

    private static final double DEFAULT_RESCALE_FACTOR = 1 / 255.0;

    /** A filter's name as Pillow writes it, or torchvision. */
    private static final Pattern FILTER_NAME = Pattern.compile(
            "((PIL\\.)?(Image\\.)?Resampling\\.|(PIL\\.)?Image\\.|PILImageResampling\\.|InterpolationMode\\.)?"
                    + "(nearest|nearest[-_]exact|lanczos|bilinear|bicubic|box|hamming)",
            Pattern.CASE_INSENSITIVE);

    /** The reference's Pillow backend knows filters by their numbers, and takes every name, {@code "bicubic"} too, for this one. */
    private static final ResampleFilter BY_ANY_NAME = ResampleFilter.BILINEAR;

    /** Steps that are supported, or, the last two, that change nothing: pictures here are RGB, labels are none of them. */
    private static final Set<String> KNOWN_STEPS =
            Set.of("do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_convert_rgb", "do_reduce_labels");

    /** Keys by which other processors compute something else, whatever their value. */
    private static final List<String> OTHER_MATHEMATICS =
            List.of("crop_pct", "offset", "size_divisor", "size_divisibility", "use_square_size");

    private final JsonObjectReader json;
    private final ImageProcessorType type;

    private ImageProcessorJson(JsonObjectReader json, ImageProcessorType type) {
        this.json = json;
        this.type = type;
    }

    /** What an object of settings says, with the defaults of its class. */
    public static ImageProcessorConfig read(JsonObjectReader json, ImageProcessorType type) {
        return new ImageProcessorJson(json, type).read();
    }

    private ImageProcessorConfig read() {
        refuseOtherMathematics();
        boolean resize = flag("do_resize", true);
        boolean crop = flag("do_center_crop", type.crop.wanted());
        boolean rescale = flag("do_rescale", true);
        boolean normalise = flag("do_normalize", true);
        return new ImageProcessorConfig(
                resize ? Optional.of(size()) : Optional.empty(),
                resize ? resample() : type.resample,
                crop
                        ? Optional.of(type.crop.first() ? cropBeforeResize() : new CenterCrop.AfterResize(cropSize()))
                        : Optional.empty(),
                rescale ? rescaleFactor() : 1,
                normalise ? channels("image_mean", type.mean) : Collections.nCopies(RgbImage.CHANNELS, 0.0),
                normalise ? standardDeviation() : Collections.nCopies(RgbImage.CHANNELS, 1.0));
    }

    /** True or false, null being false; some write 1 and 0. */
    private boolean flag(String key, boolean absent) {
        if (json.object().get(key) instanceof JsonPrimitive primitive && primitive.isNumber()) {
            switch (primitive.getAsString()) {
                case "0" -> {
                    return false;
                }
                case "1" -> {
                    return true;
                }
                default -> {} // which is refused below
            }
        }
        return json.object().has(key) ? json.bool(key, false) : absent;
    }

    /** The value of a key, empty where it is absent; null is an error, since the class's own value does not replace it. */
    private Optional<JsonElement> setting(String key, String expected) {
        if (json.object().has(key) && !json.has(key)) {
            throw json.wrong(key, expected, json.object().get(key));
        }
        return json.value(key);
    }

    private void refuseOtherMathematics() {
        for (String key : json.keys()) {
            if (key.startsWith("do_")
                    && !KNOWN_STEPS.contains(key)
                    && json.value(key).isPresent()
                    && !isFalse(key)) {
                throw json.wrong(
                        key, "false: this step is not supported", json.object().get(key));
            }
        }
        for (String key : OTHER_MATHEMATICS) {
            if (json.has(key) && !isFalse(key)) {
                throw json.wrong(
                        key,
                        "no such key: what it stands for is not supported",
                        json.object().get(key));
            }
        }
        json.requireOneOf("input_data_format", "channels_last");
        json.requireOneOf("data_format", "channels_first");
        json.bool("do_convert_rgb");
    }

    private boolean isFalse(String key) {
        return json.object().get(key) instanceof JsonPrimitive primitive
                && primitive.isBoolean()
                && !primitive.getAsBoolean();
    }

    private ResampleFilter resample() {
        String expected = "a filter's number from 0 to " + (ResampleFilter.values().length - 1) + ", or its name";
        Optional<JsonElement> number = setting("resample", expected);
        if (number.isEmpty()) {
            return type.resample;
        }
        if (number.get() instanceof JsonPrimitive primitive && primitive.isString()) {
            if (FILTER_NAME.matcher(primitive.getAsString()).matches()) {
                return BY_ANY_NAME;
            }
            throw json.wrong("resample", expected, primitive);
        }
        try {
            return ResampleFilter.of(json.asCount("resample", number.get()));
        } catch (IllegalArgumentException e) {
            throw json.wrong("resample", expected, number.get());
        }
    }

    private TargetSize size() {
        boolean square = flag("default_to_square", type.defaultToSquare);
        Optional<JsonElement> size = setting(
                "size",
                "a size, because " + (type.crop.first() ? "do_resize or do_center_crop" : "do_resize") + " is true");
        if (size.isEmpty()) {
            return type.size;
        }
        return switch (size.get()) {
            case JsonObject object -> size(json.asObject("size", object));
            case JsonArray sides -> exactly(pair("size", sides, ImageProcessorJson::side));
            case JsonElement value -> {
                int side = side(json, "size", value);
                yield square ? new TargetSize.Exactly(side, side) : new TargetSize.ShortestEdge(side);
            }
        };
    }

    private TargetSize size(JsonObjectReader size) {
        Set<String> keys = size.keys();
        if (keys.equals(Set.of("height", "width"))) {
            return new TargetSize.Exactly(side(size, "width"), side(size, "height"));
        }
        if (keys.equals(Set.of("shortest_edge"))) {
            return new TargetSize.ShortestEdge(side(size, "shortest_edge"));
        }
        if (keys.equals(Set.of("shortest_edge", "longest_edge"))) {
            return size.has("longest_edge")
                    ? new TargetSize.EdgesUpTo(side(size, "shortest_edge"), roundSide(size, "longest_edge"))
                    : new TargetSize.ShortestEdge(side(size, "shortest_edge"));
        }
        if (keys.equals(Set.of("max_height", "max_width"))) {
            return new TargetSize.Within(side(size, "max_width"), side(size, "max_height"));
        }
        throw wrongKeys(
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
        Optional<JsonElement> size = setting("crop_size", expected);
        if (size.isEmpty()) {
            return type.crop.size().orElseThrow(() -> json.wrong("crop_size", expected, null));
        }
        return switch (size.get()) {
            case JsonObject object -> {
                JsonObjectReader reader = json.asObject("crop_size", object);
                if (!reader.keys().equals(Set.of("height", "width"))) {
                    throw wrongKeys("crop_size", "height and width", reader.keys());
                }
                yield new ImageSize(roundSide(reader, "width"), roundSide(reader, "height"));
            }
            case JsonArray sides -> pair("crop_size", sides, ImageProcessorJson::roundSide);
            case JsonElement value -> {
                int side = side(json, "crop_size", value);
                yield new ImageSize(side, side);
            }
        };
    }

    private ModelLoadingException wrongKeys(String key, String expected, Set<String> found) {
        String keys = StrictJson.describe(new JsonPrimitive(String.join(", ", found)));
        return new ModelLoadingException(
                json.where() + ": " + json.path() + key + ": expected the keys " + expected + ", found " + keys);
    }

    /** A size that is written as two numbers: height, then width. */
    private ImageSize pair(String key, JsonArray sides, Side side) {
        if (sides.size() != 2) {
            throw json.wrong(key, "height and width", sides);
        }
        return new ImageSize(side.read(json, key + "[1]", sides.get(1)), side.read(json, key + "[0]", sides.get(0)));
    }

    private static TargetSize exactly(ImageSize size) {
        return new TargetSize.Exactly(size.width(), size.height());
    }

    /** Reads the length of a side. */
    private interface Side {

        int read(JsonObjectReader in, String key, JsonElement value);
    }

    private static int side(JsonObjectReader in, String key) {
        return side(in, key, in.object().get(key));
    }

    private static int side(JsonObjectReader in, String key, JsonElement value) {
        return side(in, key, value, "");
    }

    private static int roundSide(JsonObjectReader in, String key) {
        return roundSide(in, key, in.object().get(key));
    }

    /** A side that the reference also takes as {@code 224.0}. */
    private static int roundSide(JsonObjectReader in, String key, JsonElement value) {
        return side(in, key, value, "(\\.0+)?");
    }

    private static int side(JsonObjectReader in, String key, JsonElement value, String ending) {
        if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
            String digits = primitive.getAsString();
            if (digits.matches("[1-9][0-9]{0,4}" + ending) && (int) primitive.getAsDouble() <= LONGEST_SIDE) {
                return (int) primitive.getAsDouble();
            }
        }
        throw in.wrong(key, "a whole number of pixels from 1 to " + LONGEST_SIDE, value);
    }

    private double rescaleFactor() {
        return setting("rescale_factor", "a number, because do_rescale is true")
                .map(value -> number("rescale_factor", value))
                .orElse(DEFAULT_RESCALE_FACTOR);
    }

    private List<Double> standardDeviation() {
        List<Double> deviation = channels("image_std", type.standardDeviation);
        if (deviation.stream().anyMatch(value -> value.floatValue() == 0)) {
            throw json.wrong(
                    "image_std",
                    "numbers other than zero, since pixels are divided by them",
                    json.object().get("image_std"));
        }
        return deviation;
    }

    /** One number for each channel, or one for all. */
    private List<Double> channels(String key, List<Double> absent) {
        String expected = "a number or an array of " + RgbImage.CHANNELS + " numbers";
        Optional<JsonElement> setting = setting(key, expected);
        if (setting.isEmpty()) {
            return absent;
        }
        if (!(setting.get() instanceof JsonArray array)) {
            return Collections.nCopies(RgbImage.CHANNELS, number(key, setting.get()));
        }
        if (array.size() != RgbImage.CHANNELS) {
            throw json.wrong(key, expected, array);
        }
        List<Double> channels = new ArrayList<>();
        for (JsonElement element : array) {
            channels.add(number(key + "[" + channels.size() + "]", element));
        }
        return channels;
    }

    private double number(String key, JsonElement value) {
        if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
            double number = primitive.getAsDouble();
            if (Float.isFinite((float) number)) {
                return number;
            }
        }
        throw json.wrong(key, "a number that fits in a float", value);
    }
}
