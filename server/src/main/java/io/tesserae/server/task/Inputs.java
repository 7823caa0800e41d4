package io.tesserae.server.task;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.Members;
import io.tesserae.server.json.RequestJson;
import java.awt.image.BufferedImage;
import java.util.Base64;

/** Inputs that several tasks have. */
public final class Inputs {

    /** An encoder of pictures reads some 200 patches. */
    static final int TOKENS_OF_IMAGE = 200;

    private static final int SAMPLE_SIDE = 32;

    private Inputs() {}

    /** A text: a string, or an object with {@code text}. */
    static String text(JsonElement value, String place) {
        return member(value, place, "text");
    }

    /** A string, or an object with one member, a string. */
    private static String member(JsonElement value, String place, String name) {
        if (Members.isString(value)) {
            return value.getAsString();
        }
        if (!(value instanceof JsonObject)) {
            throw RequestException.validation(place + ": expected a string, or an object with \"" + name + "\", found "
                    + RequestJson.describe(value));
        }
        Members members = Members.of(value, place);
        members.requireOnly(name);
        return members.string(name)
                .orElseThrow(() -> RequestException.validation("missing field `" + place + "." + name + "`"));
    }

    /** A text, or a pair of texts. */
    public static TextInput pair(JsonElement value, String place) {
        if (!(value instanceof JsonObject)) {
            return TextInput.of(text(value, place));
        }
        Members members = Members.of(value, place);
        members.requireOnly("text", "text_pair");
        String text = members.string("text")
                .orElseThrow(() -> RequestException.validation("missing field `" + place + ".text`"));
        return new TextInput(text, members.string("text_pair"));
    }

    /** A picture in base64, or a {@code data:} URI with one: nothing is read from the server's disk, and nothing downloaded. */
    public static ImageInput image(JsonElement value, String place) {
        String text = member(value, place, "image");
        if (text.startsWith("http://") || text.startsWith("https://") || text.startsWith("file:")) {
            throw RequestException.validation(
                    place + ": nothing is downloaded; expected a picture in base64, or data:image/...;base64,...");
        }
        String base64 = text;
        if (text.startsWith("data:")) {
            int comma = text.indexOf(',');
            if (comma < 0 || !text.substring(0, comma).endsWith(";base64")) {
                throw RequestException.validation(place + ": expected data:image/...;base64,...");
            }
            base64 = text.substring(comma + 1);
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw RequestException.validation(place + ": the picture is not valid base64: " + e.getMessage());
        }
        return image(bytes, place);
    }

    /** A small picture without anything on it. */
    static ImageInput sampleImage() {
        return ImageInput.of(new BufferedImage(SAMPLE_SIDE, SAMPLE_SIDE, BufferedImage.TYPE_INT_RGB));
    }

    /** A picture, decoded now: by the thread of the request, and not by the one that all wait for. */
    static ImageInput image(byte[] bytes, String place) {
        return ImageInput.of(ImageFiles.read(bytes, place));
    }
}
