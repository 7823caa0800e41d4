package io.tesserae.training.data.table;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.loaders.json.StrictJson;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A row of a data file. What is asked of it and is not there, or of another kind, is refused with the file and the line. */
public final class Row {

    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9]\\d{0,17})");

    private final JsonObject fields;
    private final boolean typed;
    private final Origin origin;

    private Row(JsonObject fields, boolean typed, Origin origin) {
        this.fields = fields;
        this.typed = typed;
        this.origin = origin;
    }

    /** A row whose fields are text, and a number is one by its looks. */
    static Row ofFields(List<String> header, List<String> values, Origin origin) {
        if (values.size() != header.size()) {
            throw origin.refusal(
                    "expected " + header.size() + " fields, as many as the header has, found " + values.size());
        }
        JsonObject fields = new JsonObject();
        for (int i = 0; i < header.size(); i++) {
            fields.addProperty(header.get(i), values.get(i));
        }
        return new Row(fields, false, origin);
    }

    /** A row whose values have a kind each. */
    static Row ofJson(JsonObject fields, Origin origin) {
        return new Row(fields, true, origin);
    }

    /** Where it stands. */
    public Origin origin() {
        return origin;
    }

    /** Whether the column's value is a list. */
    public boolean isList(String column) {
        return value(column) instanceof JsonArray;
    }

    /** Whether the column's value is a whole number; in JSON, {@code "1"} is none. */
    public boolean isInteger(String column) {
        return isNumberLike(column, INTEGER);
    }

    /** Whether the column's value is a number that is written with a point or an exponent. */
    public boolean isFraction(String column) {
        JsonElement value = value(column);
        return isNumberLike(column, NUMBER) && value.getAsString().matches(".*[.eE].*");
    }

    private boolean isNumberLike(String column, Pattern pattern) {
        return value(column) instanceof JsonPrimitive primitive
                && (!typed || primitive.isNumber())
                && pattern.matcher(primitive.getAsString()).matches();
    }

    /** A text, of one character at least. */
    public String text(String column) {
        return string(value(column), column);
    }

    /** Texts; there may be none. */
    public List<String> texts(String column) {
        List<String> texts = new ArrayList<>();
        for (JsonElement element : list(column)) {
            texts.add(string(element, column + ": an element"));
        }
        return List.copyOf(texts);
    }

    /** A label: a text, or a number as it is written. */
    public String label(String column) {
        return label(value(column), column);
    }

    /** Labels, each one as {@link #label}; a text has them with {@code |} between them, and an empty one has none. */
    public List<String> labels(String column) {
        if (!typed) {
            String text = value(column).getAsString();
            return text.isEmpty() ? List.of() : List.of(text.split("\\|", -1));
        }
        List<String> labels = new ArrayList<>();
        for (JsonElement element : list(column)) {
            labels.add(label(element, column + ": an element"));
        }
        return List.copyOf(labels);
    }

    /** A finite number. */
    public float number(String column) {
        JsonElement value = value(column);
        boolean number = isNumberLike(column, NUMBER);
        float parsed = number ? Float.parseFloat(value.getAsString()) : Float.NaN;
        if (!Float.isFinite(parsed)) {
            throw origin.refusal(column + ": expected a number, found " + StrictJson.describe(value));
        }
        return parsed;
    }

    /** Whole numbers from 0 on; there may be none. */
    public List<Integer> places(String column) {
        List<Integer> places = new ArrayList<>();
        for (JsonElement element : list(column)) {
            boolean place = element instanceof JsonPrimitive primitive
                    && primitive.isNumber()
                    && primitive.getAsString().matches("\\d{1,9}");
            if (!place) {
                throw origin.refusal(
                        column + ": expected whole numbers from 0 on, found " + StrictJson.describe(element));
            }
            places.add(element.getAsInt());
        }
        return List.copyOf(places);
    }

    /** The columns that it has. */
    public Set<String> columns() {
        return fields.keySet();
    }

    /** Finite numbers, one or more. */
    public float[] numbers(String column) {
        return numbers(value(column), column);
    }

    /** Lists of finite numbers, one or more, all as long as each other. */
    public float[][] numberLists(String column) {
        JsonArray lists = list(column);
        if (lists.isEmpty()) {
            throw origin.refusal(column + ": expected one list of numbers or more, found none");
        }
        float[][] numbers = new float[lists.size()][];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = numbers(lists.get(i), column + ": list " + (i + 1));
            if (numbers[i].length != numbers[0].length) {
                throw origin.refusal(column + ": list " + (i + 1) + ": expected " + numbers[0].length
                        + " numbers, as many as the first has, found " + numbers[i].length);
            }
        }
        return numbers;
    }

    private float[] numbers(JsonElement value, String name) {
        if (!(value instanceof JsonArray array) || array.isEmpty()) {
            throw origin.refusal(name + ": expected a list of numbers, found " + StrictJson.describe(value));
        }
        float[] numbers = new float[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            boolean number = array.get(i) instanceof JsonPrimitive primitive
                    && primitive.isNumber()
                    && NUMBER.matcher(primitive.getAsString()).matches();
            numbers[i] = number ? Float.parseFloat(array.get(i).getAsString()) : Float.NaN;
            if (!Float.isFinite(numbers[i])) {
                throw origin.refusal(name + ": number " + (i + 1) + ": expected a finite number, found "
                        + StrictJson.describe(array.get(i)));
            }
        }
        return numbers;
    }

    /** What is inside another value, as a row of the same origin. */
    public Row nested(String column) {
        if (!(value(column) instanceof JsonObject object)) {
            throw origin.refusal(column + ": expected an object, found " + StrictJson.describe(value(column)));
        }
        return new Row(object, typed, origin);
    }

    /** A file, as its path from the folder that this row's file is in. */
    public Path path(String column) {
        String text = text(column);
        try {
            return origin.file().resolveSibling(text);
        } catch (InvalidPathException e) {
            throw origin.refusal(column + ": expected a file's path, found \"" + text + "\": " + e.getReason());
        }
    }

    private JsonElement value(String column) {
        JsonElement value = fields.get(column);
        if (value == null || value.isJsonNull()) {
            throw origin.refusal("expected a value for \"" + column + "\", found "
                    + (value == null ? "none; the row has " + fields.keySet() : "null"));
        }
        return value;
    }

    private JsonArray list(String column) {
        if (!(value(column) instanceof JsonArray array)) {
            throw origin.refusal(column + ": expected a list, found " + StrictJson.describe(value(column)));
        }
        return array;
    }

    private String string(JsonElement value, String name) {
        if (!(value instanceof JsonPrimitive primitive) || !primitive.isString()) {
            throw origin.refusal(name + ": expected a text, found " + StrictJson.describe(value));
        }
        if (primitive.getAsString().isEmpty()) {
            throw origin.refusal(name + ": expected a text, found an empty one");
        }
        return primitive.getAsString();
    }

    private String label(JsonElement value, String name) {
        if (!(value instanceof JsonPrimitive primitive) || primitive.isBoolean()) {
            throw origin.refusal(name + ": expected a label, a text or a number, found " + StrictJson.describe(value));
        }
        if (primitive.getAsString().isEmpty()) {
            throw origin.refusal(name + ": expected a label, found none");
        }
        return primitive.getAsString();
    }
}
