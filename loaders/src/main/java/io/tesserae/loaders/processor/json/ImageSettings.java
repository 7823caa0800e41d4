package io.tesserae.loaders.processor.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.ResampleFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The values that every image processor's file has, with their types and ranges checked. */
final class ImageSettings {

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

    /** Keys by which other processors compute something else, whatever their value. */
    private static final List<String> OTHER_MATHEMATICS =
            List.of("crop_pct", "offset", "size_divisor", "size_divisibility", "use_square_size");

    private final JsonObjectReader json;

    ImageSettings(JsonObjectReader json) {
        this.json = json;
    }

    /** True or false, null being false; some write 1 and 0. */
    boolean flag(String key, boolean absent) {
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
    Optional<JsonElement> setting(String key, String expected) {
        if (json.object().has(key) && !json.has(key)) {
            throw json.wrong(key, expected, json.object().get(key));
        }
        return json.value(key);
    }

    /**
     * Refuses steps and keys that would change the pixels and are not supported.
     *
     * @param knownSteps the keys that begin with {@code do_} and may be true
     */
    void refuseOtherMathematics(Set<String> knownSteps) {
        for (String key : json.keys()) {
            if (key.startsWith("do_")
                    && !knownSteps.contains(key)
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

    ResampleFilter resample(ResampleFilter absent) {
        String expected = "a filter's number from 0 to " + (ResampleFilter.values().length - 1) + ", or its name";
        Optional<JsonElement> number = setting("resample", expected);
        if (number.isEmpty()) {
            return absent;
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

    ModelLoadingException wrongKeys(String key, String expected, Set<String> found) {
        String keys = StrictJson.describe(new JsonPrimitive(String.join(", ", found)));
        return new ModelLoadingException(
                json.where() + ": " + json.path() + key + ": expected the keys " + expected + ", found " + keys);
    }

    /** A size that is written as two numbers: height, then width. */
    ImageSize pair(String key, JsonArray sides, Side side) {
        if (sides.size() != 2) {
            throw json.wrong(key, "height and width", sides);
        }
        return new ImageSize(side.read(json, key + "[1]", sides.get(1)), side.read(json, key + "[0]", sides.get(0)));
    }

    /** Reads the length of a side. */
    interface Side {

        int read(JsonObjectReader in, String key, JsonElement value);
    }

    static int side(JsonObjectReader in, String key) {
        return side(in, key, in.object().get(key));
    }

    static int side(JsonObjectReader in, String key, JsonElement value) {
        return side(in, key, value, "");
    }

    static int roundSide(JsonObjectReader in, String key) {
        return roundSide(in, key, in.object().get(key));
    }

    /** A side that the reference also takes as {@code 224.0}. */
    static int roundSide(JsonObjectReader in, String key, JsonElement value) {
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

    double rescaleFactor() {
        return setting("rescale_factor", "a number, because do_rescale is true")
                .map(value -> number("rescale_factor", value))
                .orElse(DEFAULT_RESCALE_FACTOR);
    }

    /** What pixels are divided by, for red, green and blue. */
    List<Double> standardDeviation(List<Double> absent) {
        List<Double> deviation = channels("image_std", absent);
        if (deviation.stream().anyMatch(value -> value.floatValue() == 0)) {
            throw json.wrong(
                    "image_std",
                    "numbers other than zero, since pixels are divided by them",
                    json.object().get("image_std"));
        }
        return deviation;
    }

    /** One number for each channel, or one for all. */
    List<Double> channels(String key, List<Double> absent) {
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
