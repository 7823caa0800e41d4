package io.tesserae.training.saving;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.json.JsonObjectReader;

/** JSON as Python writes it with an indent of two, and numbers of it read strictly. */
final class Json {

    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private Json() {}

    static String text(JsonElement value) {
        return GSON.toJson(value) + "\n";
    }

    /** A whole number of 64 bits, no less than this. */
    static long requireLong(JsonObjectReader object, String key, long least) {
        JsonElement value = object.object().get(key);
        if (isWhole(value)) {
            try {
                long number = Long.parseLong(value.getAsString());
                if (number >= least) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Of too many digits: said below.
            }
        }
        throw object.wrong(key, "a whole number, " + least + " or more", value);
    }

    /** A finite number. */
    static double requireFinite(JsonObjectReader object, String key) {
        JsonElement value = object.object().get(key);
        if (value instanceof JsonPrimitive number && number.isNumber() && Double.isFinite(number.getAsDouble())) {
            return number.getAsDouble();
        }
        throw object.wrong(key, "a finite number", value);
    }

    /** Whether this is a number without point and exponent, and of no more digits than a {@code long} may have. */
    static boolean isWhole(JsonElement value) {
        return value instanceof JsonPrimitive number
                && number.isNumber()
                && number.getAsString().matches("-?[0-9]{1,19}");
    }
}
