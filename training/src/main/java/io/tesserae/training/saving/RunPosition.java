package io.tesserae.training.saving;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run needs, beyond weights and moments, to go on to the same bits: {@value #FILE}.
 *
 * @param seed from which the order of the data and all else that is drawn follows
 * @param epochsCompleted whole passes over the data, 0 or more
 * @param batchesIntoEpoch batches of the next pass that the weights have seen, 0 or more
 * @param counters further numbers by name, of whoever counts something; 0 or more each
 * @param sums further sums by name, of whoever takes means of what the run comes to; finite
 * @param arguments those that change what is computed, as they are written on the command line: a run goes on with the same
 */
public record RunPosition(
        long seed,
        int epochsCompleted,
        int batchesIntoEpoch,
        SortedMap<String, Long> counters,
        SortedMap<String, Double> sums,
        SortedMap<String, String> arguments) {

    /** Its name in a checkpoint. */
    public static final String FILE = "run_state.json";

    /** Of the file's layout; another is refused. */
    private static final int FORMAT = 1;

    private static final long BYTE_LIMIT = 16 << 20;

    /**
     * Keeps copies.
     *
     * @throws IllegalArgumentException if a number other than the seed and the sums is negative, or a sum not finite
     */
    public RunPosition {
        counters = Collections.unmodifiableSortedMap(new TreeMap<>(Arguments.require(counters, "counters")));
        sums = Collections.unmodifiableSortedMap(new TreeMap<>(Arguments.require(sums, "sums")));
        arguments = Collections.unmodifiableSortedMap(new TreeMap<>(Arguments.require(arguments, "arguments")));
        Arguments.requireAll(arguments.values(), "arguments");
        if (epochsCompleted < 0
                || batchesIntoEpoch < 0
                || Arguments.requireAll(counters.values(), "counters").stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("expected numbers of 0 or more, found " + epochsCompleted + " epochs, "
                    + batchesIntoEpoch + " batches, " + counters);
        }
        if (!Arguments.requireAll(sums.values(), "sums").stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("expected finite sums, found " + sums);
        }
    }

    /**
     * Refuses to go on with other arguments: the weights would be those of no run that was ever begun.
     *
     * @param wanted those of the run that is to go on
     * @param where the checkpoint, for the message
     * @throws TrainingException if one is another, missing or new; the message names the first
     */
    public void requireSameArguments(Map<String, String> wanted, String where) {
        SortedMap<String, String> names = new TreeMap<>(arguments);
        names.putAll(Arguments.require(wanted, "wanted"));
        for (String name : names.keySet()) {
            String before = arguments.get(name);
            String now = wanted.get(name);
            if (!String.valueOf(before).equals(String.valueOf(now))) {
                throw new TrainingException(where + ": the run was begun with " + said(name, before)
                        + ", and is to go on with "
                        + said(name, now) + ", which gives other weights. Resume with the same, or begin a new run in"
                        + " another output folder");
            }
        }
    }

    private static String said(String name, String value) {
        return value == null ? "no " + name : name + " " + value;
    }

    /** The text of the file. */
    String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        json.addProperty("seed", seed);
        json.addProperty("epochs_completed", epochsCompleted);
        json.addProperty("batches_into_epoch", batchesIntoEpoch);
        JsonObject counts = new JsonObject();
        counters.forEach((name, count) -> counts.add(name, new JsonPrimitive(count)));
        json.add("counters", counts);
        JsonObject summed = new JsonObject();
        sums.forEach(summed::addProperty);
        json.add("sums", summed);
        JsonObject values = new JsonObject();
        arguments.forEach(values::addProperty);
        json.add("arguments", values);
        return Json.text(json);
    }

    /**
     * Reads the file of a checkpoint.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it is absent, no JSON, or a value is not as it must be
     * @throws IOException if reading fails
     */
    static RunPosition read(ModelFiles files) throws IOException {
        JsonObjectReader json = JsonObjectReader.ofFile(files, FILE, BYTE_LIMIT);
        if (json.requireCount("format") != FORMAT) {
            throw json.wrong(
                    "format",
                    FORMAT + ", the layout that this version reads",
                    json.object().get("format"));
        }
        SortedMap<String, Long> counters = new TreeMap<>();
        JsonObjectReader counts = json.requireChild("counters");
        counts.keys().forEach(name -> counters.put(name, Json.requireLong(counts, name, 0)));
        SortedMap<String, Double> sums = new TreeMap<>();
        JsonObjectReader summed = json.requireChild("sums");
        summed.keys().forEach(name -> sums.put(name, Json.requireFinite(summed, name)));
        SortedMap<String, String> arguments = new TreeMap<>();
        JsonObjectReader values = json.requireChild("arguments");
        values.keys().forEach(name -> arguments.put(name, values.requireString(name)));
        return new RunPosition(
                Json.requireLong(json, "seed", Long.MIN_VALUE),
                json.requireCount("epochs_completed"),
                json.requireCount("batches_into_epoch"),
                counters,
                sums,
                arguments);
    }
}
