package io.tesserae.training.saving;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.json.StrictJson;
import io.tesserae.loaders.label.ProblemType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the config.json of a trained model differs from that of the checkpoint it began from. All else stays as it was, in its order.
 *
 * <p>As transformers 5 does it: labels are {@code id2label} and {@code label2id}, and {@code num_labels} goes; the weights' type is
 * {@code dtype}, which replaces the older {@code torch_dtype}, inner configurations' too.
 *
 * @param architecture the class in Python, {@code DistilBertForSequenceClassification}; empty where it stays
 * @param labels by id, from 0 on; empty where they stay
 * @param problemType what the outputs mean; empty where it stays
 * @param numbers values of further keys, such as {@code dropout}
 */
public record ConfigChanges(
        Optional<String> architecture,
        Optional<List<String>> labels,
        Optional<ProblemType> problemType,
        Map<String, Double> numbers) {

    /** A config.json of the same model. */
    public static final ConfigChanges NONE =
            new ConfigChanges(Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

    /**
     * Keeps copies.
     *
     * @throws IllegalArgumentException if there are no labels, a label is given twice, or a number is not finite
     */
    public ConfigChanges {
        Arguments.require(architecture, "architecture");
        Arguments.require(problemType, "problemType");
        labels = Arguments.require(labels, "labels").map(names -> List.copyOf(Arguments.requireAll(names, "labels")));
        labels.ifPresent(ConfigChanges::requireDistinct);
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(Arguments.require(numbers, "numbers")));
        numbers.forEach((key, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(key + ": expected a finite number, found " + value);
            }
        });
    }

    /** With another class. */
    public ConfigChanges withArchitecture(String name) {
        return new ConfigChanges(Optional.of(name), labels, problemType, numbers);
    }

    /** With other labels, by id from 0 on. */
    public ConfigChanges withLabels(List<String> names) {
        return new ConfigChanges(architecture, Optional.of(names), problemType, numbers);
    }

    /** With another meaning of the outputs. */
    public ConfigChanges withProblemType(ProblemType type) {
        return new ConfigChanges(architecture, labels, Optional.of(type), numbers);
    }

    /** With another value of a key, {@code dropout} for one. */
    public ConfigChanges withNumber(String key, double value) {
        Map<String, Double> more = new LinkedHashMap<>(numbers);
        more.put(Arguments.require(key, "key"), value);
        return new ConfigChanges(architecture, labels, problemType, more);
    }

    /**
     * The new config.json.
     *
     * @param config the text of the one that there was
     * @param where its name, for error messages
     * @throws io.tesserae.loaders.files.ModelLoadingException if it is no JSON object
     */
    public String applyTo(String config, String where) {
        JsonObject object =
                StrictJson.parseObject(Arguments.require(config, "config"), Arguments.require(where, "where"));
        boolean sorted = isSorted(object);
        JsonObject changed = renameType(object);
        changed.addProperty("dtype", "float32");
        architecture.ifPresent(name -> {
            JsonArray names = new JsonArray();
            names.add(name);
            changed.add("architectures", names);
        });
        labels.ifPresent(names -> putLabels(changed, names));
        problemType.ifPresent(type -> changed.addProperty("problem_type", type.configName()));
        numbers.forEach((key, value) -> changed.add(key, new JsonPrimitive(value)));
        return Json.text(sorted ? sort(changed) : changed);
    }

    private static void putLabels(JsonObject config, List<String> names) {
        JsonObject id2label = new JsonObject();
        JsonObject label2id = new JsonObject();
        for (int id = 0; id < names.size(); id++) {
            id2label.addProperty(Integer.toString(id), names.get(id));
            label2id.addProperty(names.get(id), id);
        }
        config.remove("num_labels");
        config.add("id2label", id2label);
        config.add("label2id", label2id);
    }

    /** A copy where {@code dtype} stands at the place of {@code torch_dtype}, and is that of the weights, in inner objects too. */
    private static JsonObject renameType(JsonObject object) {
        boolean old = object.has("torch_dtype");
        JsonObject renamed = new JsonObject();
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            if (entry.getKey().equals("torch_dtype") || entry.getKey().equals("dtype") && !old) {
                renamed.addProperty("dtype", "float32");
            } else if (!entry.getKey().equals("dtype")) {
                renamed.add(
                        entry.getKey(),
                        entry.getValue() instanceof JsonObject inner ? renameType(inner) : entry.getValue());
            }
        }
        return renamed;
    }

    /** Transformers sorts the keys of what it writes; a new one has its place there then. */
    private static boolean isSorted(JsonObject object) {
        List<String> keys = new ArrayList<>(object.keySet());
        return keys.equals(keys.stream().sorted().toList());
    }

    private static JsonObject sort(JsonObject object) {
        JsonObject sorted = new JsonObject();
        object.keySet().stream().sorted().forEach(key -> sorted.add(key, object.get(key)));
        return sorted;
    }

    private static void requireDistinct(List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("labels: expected one or more, found none");
        }
        HashSet<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("labels: expected distinct ones, found \"" + name + "\" twice");
            }
        }
    }
}
