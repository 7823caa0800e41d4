package io.tesserae.loaders;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.arguments.Arguments;
import io.tesserae.families.Families;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.loaders.label.Labels;
import io.tesserae.loaders.label.ProblemType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A checkpoint's config.json: what every model's has (kind, labels), and typed access to the rest.
 *
 * <p>Types are as strict as those of transformers 5: {@code 768.0}, {@code "768"}, {@code true} and {@code null} are not
 * integers. Ranges are stricter: the caller says what makes sense, and nothing else gets past. Keys that nobody asks for
 * are kept and do no harm.
 *
 * @see <a href="https://huggingface.co/docs/transformers/main_classes/configuration">PretrainedConfig</a>
 */
public final class PretrainedConfig implements ConfigSource {

    static final String FILE = "config.json";

    private static final long BYTE_LIMIT = 16 << 20;

    /** More labels than any head has; ImageNet-21k has 21,841. */
    private static final int LABEL_LIMIT = 1_000_000;

    private static final int DEFAULT_LABELS = 2;

    /** Labels without names take no room in the file, but some in memory. */
    private static final int NUMBERED_LABEL_LIMIT = 100_000;

    private final String where;
    private final JsonObject json;
    /** By a key, what the file calls it, where that is another name. */
    private final Map<String, String> otherNames;

    private final String modelType;
    private final List<String> architectures;
    private final Labels labels;
    private final Optional<ProblemType> problemType;

    private PretrainedConfig(String where, JsonObject json, boolean inside) {
        this.where = where;
        this.json = json;
        this.otherNames = Map.of();
        // The model around it says what a model inside it is.
        this.modelType = inside ? optionalString("model_type", "") : requireString("model_type");
        this.architectures = readArchitectures();
        this.labels = readLabels();
        this.problemType = readProblemType();
    }

    private PretrainedConfig(PretrainedConfig original, Map<String, String> otherNames) {
        this.where = original.where;
        this.json = original.json;
        this.otherNames = otherNames;
        this.modelType = original.modelType;
        this.architectures = original.architectures;
        this.labels = original.labels;
        this.problemType = original.problemType;
    }

    /**
     * Reads config.json of a checkpoint.
     *
     * @throws ModelLoadingException if it is absent, not a JSON object, or one of the values that every model has is invalid
     */
    public static PretrainedConfig read(ModelFiles model) {
        return of(json(Arguments.require(model, "model")));
    }

    /**
     * The object in config.json, unread.
     *
     * @throws ModelLoadingException if the file is absent, or holds no JSON object
     */
    static JsonObjectReader json(ModelFiles model) {
        try {
            return JsonObjectReader.ofFile(model, FILE, BYTE_LIMIT);
        } catch (IOException e) {
            throw new ModelLoadingException(model.describe(FILE) + ": reading it failed: " + e, e);
        }
    }

    static PretrainedConfig of(JsonObjectReader json) {
        return new PretrainedConfig(json.where(), json.object(), false);
    }

    /**
     * Reads the text of a config.json.
     *
     * @param where the file's name, for error messages
     * @throws ModelLoadingException as {@link #read}
     */
    public static PretrainedConfig parse(String text, String where) {
        Arguments.require(text, "text");
        Arguments.require(where, "where");
        return new PretrainedConfig(where, StrictJson.parseObject(text, where), false);
    }

    /** @throws ModelLoadingException if a key is null that stands under both names, as in the reference */
    @Override
    public PretrainedConfig withOtherNames(Map<String, String> keyByOtherName) {
        Map<String, String> standing = new HashMap<>();
        Arguments.require(keyByOtherName, "keyByOtherName").forEach((otherName, key) -> {
            if (json.has(otherName)) {
                if (json.get(key) instanceof JsonNull) {
                    throw unexpected(key, "a value beside that of " + otherName + ", or no such key");
                }
                standing.put(key, otherName);
            }
        });
        return standing.isEmpty() ? this : new PretrainedConfig(this, Map.copyOf(standing));
    }

    /** The family, {@code model_type}: {@code distilbert}, {@code vit}, …; a model inside another need not say it, and has then an empty one. */
    @Override
    public String modelType() {
        return modelType;
    }

    /** Whether the model takes token ids, of those that run here, and not pixels. */
    public boolean takesTokens() {
        return take(Input.TOKENS);
    }

    /** Whether the model takes pixels, of those that run here, and not token ids. */
    public boolean takesPixels() {
        return take(Input.PIXELS);
    }

    /** Whether the model takes pictures and texts about them, of those that run here. */
    public boolean takesPixelsAndTokens() {
        return take(Input.PIXELS_AND_TOKENS);
    }

    /** Whether the model takes numbers that no tokenizer and no image processor prepares, of those that run here. */
    public boolean takesArrays() {
        return take(Input.ARRAYS);
    }

    /** Whether the model takes streams of words, numbers and pictures, of those that run here. */
    public boolean takesStreams() {
        return take(Input.STREAMS);
    }

    /** Whether the model acts, of those that run here: it takes episodes, and texts and photos too. */
    public boolean takesEpisodes() {
        return take(Input.EPISODES);
    }

    /** Whether latents read what the model takes, of those that run here. */
    public boolean readsWithLatents() {
        return Families.ALL.of(modelType).filter(ModelFamily::readsWithLatents).isPresent();
    }

    private boolean take(Input input) {
        return Families.ALL.input(modelType, architectures).equals(Optional.of(input));
    }

    /** The classes in Python that the checkpoint was saved from; usually one, empty where the file does not say. */
    @Override
    public List<String> architectures() {
        return architectures;
    }

    /**
     * The labels, {@code id2label}; without it, as many as {@code num_labels} says (two, where that is absent too), called
     * {@code LABEL_0} and so on. A model without a head has labels too; they mean nothing there.
     */
    public Labels labels() {
        return labels;
    }

    /**
     * The ids by label, {@code label2id}; empty where it is absent or null. Transformers does not derive it from {@code
     * id2label}, and neither does this.
     *
     * @throws ModelLoadingException if it is neither null nor an object of integers
     */
    public Optional<Map<String, Integer>> label2id() {
        if (!isSet("label2id")) {
            return Optional.empty();
        }
        Map<String, Integer> label2id = new LinkedHashMap<>();
        requireObject("label2id")
                .asMap()
                .forEach((label, id) ->
                        label2id.put(label, toInt("label2id." + new JsonPrimitive(label), id, 0, Integer.MAX_VALUE)));
        return Optional.of(Collections.unmodifiableMap(label2id));
    }

    @Override
    public int labelCount() {
        return labels.count();
    }

    /**
     * The configuration of a model inside this one, an object under a key; empty where the key is absent or null.
     *
     * @throws ModelLoadingException if the key is there and its value is none that {@link #parse} takes
     */
    @Override
    public Optional<PretrainedConfig> child(String key) {
        if (!isSet(key)) {
            return Optional.empty();
        }
        if (!(get(key) instanceof JsonObject object)) {
            throw unexpected(key, "an object");
        }
        return Optional.of(new PretrainedConfig(where + ": " + key, object, true));
    }

    /** What the outputs mean, {@code problem_type}; empty where it is absent or null. */
    public Optional<ProblemType> problemType() {
        return problemType;
    }

    /**
     * The function that sentence-transformers applies to a cross-encoder's outputs, by its name in Python, {@code
     * torch.nn.modules.linear.Identity} for one; empty where the file names none.
     *
     * @throws ModelLoadingException if the key is there and its value is not a string
     */
    public Optional<String> crossEncoderActivation() {
        JsonObjectReader reader = new JsonObjectReader(json, where, "");
        Optional<JsonObjectReader> own =
                reader.child("sentence_transformers").filter(keys -> keys.keys().contains("activation_fn"));
        return own.isPresent()
                ? own.get().string("activation_fn") // even null hides the older key
                : reader.string("sbert_ce_default_activation_function");
    }

    /** The keys of the file, in its order. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(json.keySet());
    }

    /** Whether a key is there and its value not null. */
    @Override
    public boolean isSet(String key) {
        return has(key) && !(get(key) instanceof JsonNull);
    }

    /**
     * An integer.
     *
     * @throws ModelLoadingException if the key is absent or its value is not an integer from {@code least} to {@code most}
     */
    @Override
    public int requireInt(String key, int least, int most) {
        return toInt(key, get(key), least, most);
    }

    /**
     * An integer, or the default where the key is absent.
     *
     * @throws ModelLoadingException if the key is there and its value is not an integer from {@code least} to {@code most}
     */
    @Override
    public int optionalInt(String key, int absent, int least, int most) {
        return has(key) ? requireInt(key, least, most) : absent;
    }

    /**
     * Any number of integers: an array of them, or one number by itself; none where the value is null; or the default where the key is
     * absent.
     *
     * @throws ModelLoadingException if the key is there and its value is none of these, or one is not from {@code least} to
     *     {@code most}
     */
    @Override
    public List<Integer> optionalInts(String key, List<Integer> absent, int least, int most) {
        if (!has(key)) {
            return absent;
        }
        if (get(key) instanceof JsonArray array) {
            List<Integer> values = new ArrayList<>();
            for (int i = 0; i < array.size(); i++) {
                values.add(toInt(key + "[" + i + "]", array.get(i), least, most));
            }
            return List.copyOf(values);
        }
        return isSet(key) ? List.of(requireInt(key, least, most)) : List.of();
    }

    /**
     * Names, an array of strings.
     *
     * @throws ModelLoadingException if the key is there and its value is not that, or has more names
     */
    @Override
    public List<String> optionalNames(String key, List<String> absent, int most) {
        if (!has(key)) {
            return absent;
        }
        String expected = "an array of at most " + most + " strings";
        if (!(get(key) instanceof JsonArray array) || array.size() > most) {
            throw unexpected(key, expected);
        }
        List<String> names = new ArrayList<>();
        for (JsonElement name : array) {
            if (!(name instanceof JsonPrimitive text) || !text.isString()) {
                throw unexpected(key, expected);
            }
            names.add(text.getAsString());
        }
        return List.copyOf(names);
    }

    /**
     * Names in patterns that repeat.
     *
     * @throws ModelLoadingException if the key is there and its value is not that, or has more names
     */
    @Override
    public List<String> optionalRepeatedNames(String key, List<String> absent, int most) {
        if (!has(key)) {
            return absent;
        }
        String expected =
                "patterns that repeat, as [[[\"global\", \"local\"], 6]], of at most " + most + " names in all";
        if (!(get(key) instanceof JsonArray patterns)) {
            throw unexpected(key, expected);
        }
        List<String> names = new ArrayList<>();
        for (JsonElement pattern : patterns) {
            if (!(pattern instanceof JsonArray pair) || pair.size() != 2 || !(pair.get(0) instanceof JsonArray once)) {
                throw unexpected(key, expected);
            }
            int repeats = toInt(key + ": how often a pattern repeats", pair.get(1), 0, most);
            if (names.size() + (long) repeats * once.size() > most) {
                throw unexpected(key, expected);
            }
            for (int i = 0; i < repeats; i++) {
                for (JsonElement name : once) {
                    if (!(name instanceof JsonPrimitive text) || !text.isString()) {
                        throw unexpected(key, expected);
                    }
                    names.add(text.getAsString());
                }
            }
        }
        return List.copyOf(names);
    }

    /**
     * Two integers: an array of two, or one number that stands for both; or the default where the key is absent.
     *
     * @return height and width, say
     * @throws ModelLoadingException if the key is there and its value is neither, or out of range
     */
    @Override
    public int[] optionalPair(String key, int absent, int least, int most) {
        if (get(key) instanceof JsonArray pair) {
            if (pair.size() != 2) {
                throw unexpected(key, "an integer, or an array of two: height and width");
            }
            return new int[] {toInt(key + "[0]", pair.get(0), least, most), toInt(key + "[1]", pair.get(1), least, most)
            };
        }
        int both = optionalInt(key, absent, least, most);
        return new int[] {both, both};
    }

    /**
     * A number, with or without a fraction.
     *
     * @throws ModelLoadingException if the key is absent or its value is not a number from {@code least} to {@code most}
     */
    public double requireDouble(String key, double least, double most) {
        JsonElement value = get(key);
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            double found = Double.parseDouble(number.getAsString());
            if (found >= least && found <= most) {
                return found;
            }
        }
        throw unexpected(key, "a number from " + least + " to " + most, value);
    }

    /**
     * A number, or the default where the key is absent.
     *
     * @throws ModelLoadingException if the key is there and its value is not a number from {@code least} to {@code most}
     */
    @Override
    public double optionalDouble(String key, double absent, double least, double most) {
        return has(key) ? requireDouble(key, least, most) : absent;
    }

    /**
     * A string.
     *
     * @throws ModelLoadingException if the key is absent or its value is not a string
     */
    @Override
    public String requireString(String key) {
        if (get(key) instanceof JsonPrimitive string && string.isString()) {
            return string.getAsString();
        }
        throw unexpected(key, "a string", get(key));
    }

    /**
     * A string, or the default where the key is absent.
     *
     * @throws ModelLoadingException if the key is there and its value is not a string
     */
    @Override
    public String optionalString(String key, String absent) {
        return has(key) ? requireString(key) : absent;
    }

    /**
     * True or false.
     *
     * @throws ModelLoadingException if the key is absent or its value is neither
     */
    @Override
    public boolean requireBoolean(String key) {
        if (get(key) instanceof JsonPrimitive truth && truth.isBoolean()) {
            return truth.getAsBoolean();
        }
        throw unexpected(key, "true or false", get(key));
    }

    /**
     * True or false, or the default where the key is absent.
     *
     * @throws ModelLoadingException if the key is there and its value is neither
     */
    @Override
    public boolean optionalBoolean(String key, boolean absent) {
        return has(key) ? requireBoolean(key) : absent;
    }

    @Override
    public boolean isString(String key) {
        return get(key) instanceof JsonPrimitive value && value.isString();
    }

    /** Whether a key holds an object without members. */
    @Override
    public boolean isEmptyObject(String key) {
        return get(key) instanceof JsonObject object && object.isEmpty();
    }

    /** Whether a key holds an array of nothing but this string. */
    boolean isArrayOf(String key, String only) {
        return get(key) instanceof JsonArray array && array.asList().stream().allMatch(new JsonPrimitive(only)::equals);
    }

    /** An exception about the value of a key, for what only a model's own code can check. */
    @Override
    public ModelLoadingException unexpected(String key, String expected) {
        return unexpected(key, expected, get(key));
    }

    @Override
    public ModelLoadingException refused(String key, IllegalArgumentException cause) {
        Arguments.require(key, "key");
        Arguments.require(cause, "cause");
        return new ModelLoadingException(where + ": " + key + ": " + cause.getMessage(), cause);
    }

    /** The value of a key as it stands in the file; null where the key is absent. */
    JsonElement get(String key) {
        Arguments.require(key, "key");
        return json.get(nameInFile(key));
    }

    private boolean has(String key) {
        Arguments.require(key, "key");
        return json.has(nameInFile(key));
    }

    /** What the file calls a key. */
    private String nameInFile(String key) {
        return otherNames.getOrDefault(key, key);
    }

    /** The file. */
    @Override
    public String toString() {
        return where;
    }

    private List<String> readArchitectures() {
        if (!isSet("architectures")) {
            return List.of();
        }
        if (!(json.get("architectures") instanceof JsonArray array)) {
            throw unexpected("architectures", "an array of strings");
        }
        return array.asList().stream()
                .map(element -> {
                    if (element instanceof JsonPrimitive name && name.isString()) {
                        return name.getAsString();
                    }
                    throw unexpected("architectures", "an array of strings", element);
                })
                .toList();
    }

    /**
     * Where {@code num_labels} and {@code id2label} disagree, the map wins: so it was in transformers 4, which wrote such
     * files. In version 5 the number wins and the names are lost. A head that has as many outputs as the number says does
     * not go unnoticed: its weights have another shape than the map asks for. But one that the number does away with would.
     */
    private Labels readLabels() {
        if (!isSet("id2label")) {
            return numberedLabels(optionalInt("num_labels", DEFAULT_LABELS, 0, NUMBERED_LABEL_LIMIT));
        }
        JsonObject id2label = requireObject("id2label");
        if (id2label.isEmpty()) {
            return numberedLabels(optionalInt("num_labels", 0, 0, NUMBERED_LABEL_LIMIT));
        }
        if (id2label.size() > LABEL_LIMIT) {
            throw unexpected("id2label", "at most " + LABEL_LIMIT + " labels");
        }
        if (get("num_labels") instanceof JsonPrimitive number && number.isNumber() && number.getAsDouble() < 1) {
            throw unexpected("num_labels", "the number of the labels in id2label, " + id2label.size());
        }
        return readId2Label(id2label);
    }

    /** The labels that transformers gives to ids that have none: {@code LABEL_0}, {@code LABEL_1}, … */
    private static Labels numberedLabels(int count) {
        return new Labels(IntStream.range(0, count)
                .boxed()
                .collect(Collectors.toMap(id -> id, id -> "LABEL_" + id, (first, second) -> first, TreeMap::new)));
    }

    private Labels readId2Label(JsonObject id2label) {
        SortedMap<Integer, String> byId = new TreeMap<>();
        id2label.asMap().forEach((id, label) -> {
            if (!id.matches("0|[1-9][0-9]{0,8}")) {
                throw new ModelLoadingException(where + ": id2label: expected ids from 0 to 999999999 for keys, found "
                        + StrictJson.describe(new JsonPrimitive(id)));
            }
            // Transformers checks no labels, and there are files that number their classes; the digits are the name
            // then.
            if (!(label instanceof JsonPrimitive name) || name.isBoolean()) {
                throw unexpected("id2label." + id, "a string", label);
            }
            byId.put(Integer.valueOf(id), name.getAsString());
        });
        return new Labels(byId);
    }

    private Optional<ProblemType> readProblemType() {
        if (!isSet("problem_type")) {
            return Optional.empty();
        }
        Optional<ProblemType> found = ProblemType.named(requireString("problem_type"));
        if (found.isEmpty()) {
            throw unexpected(
                    "problem_type", "regression, single_label_classification, multi_label_classification or null");
        }
        if (found.get() == ProblemType.SINGLE_LABEL_CLASSIFICATION && labels.count() == 1) {
            throw new ModelLoadingException(
                    where + ": problem_type: single_label_classification needs at least two labels,"
                            + " found one; expected two labels for yes and no, or regression for a single output");
        }
        return found;
    }

    private JsonObject requireObject(String key) {
        if (json.get(key) instanceof JsonObject object) {
            return object;
        }
        throw unexpected(key, "an object");
    }

    private int toInt(String key, JsonElement value, int least, int most) {
        // At most ten digits are parsed: all that an int can have, and a file may have a million.
        if (value instanceof JsonPrimitive number
                && number.isNumber()
                && number.getAsString().matches("-?[0-9]{1,10}")) {
            long found = Long.parseLong(number.getAsString());
            if (found >= least && found <= most) {
                return (int) found;
            }
        }
        throw unexpected(key, "an integer from " + least + " to " + most, value);
    }

    private ModelLoadingException unexpected(String key, String expected, JsonElement found) {
        return new ModelLoadingException(
                where + ": " + nameInFile(key) + ": expected " + expected + ", found " + StrictJson.describe(found));
    }
}
