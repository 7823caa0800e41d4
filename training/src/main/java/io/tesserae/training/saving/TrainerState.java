package io.tesserae.training.saving;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.json.JsonObjectReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Where a run is, for people and their tools: {@value #FILE}, with the keys of transformers' {@code TrainerState} and no others, so that
 * its {@code load_from_json} takes the file. What else is needed to go on to the same bits is in {@link RunPosition}.
 *
 * @param progress how far it is
 * @param plan how far it is to go
 * @param best the best checkpoint so far; empty where none was judged
 * @param logHistory what was logged, from the first step on: {@code step} and {@code epoch} among the values of each. Whole numbers are
 *     {@code Long}, others {@code Double}; one that is not finite is null in the file, and NaN when it is read
 * @see <a href="https://huggingface.co/docs/transformers/main_classes/callback#transformers.TrainerState">TrainerState</a>
 */
public record TrainerState(
        Progress progress, Plan plan, Optional<Best> best, List<SequencedMap<String, Number>> logHistory) {

    /** Its name in a checkpoint. */
    public static final String FILE = "trainer_state.json";

    private static final long BYTE_LIMIT = 256L << 20;

    /**
     * How far a run is.
     *
     * @param globalStep updates of the weights, 0 or more
     * @param epoch passes over the data, with the part of the one that goes on; 0 or more
     * @param inputTokensSeen tokens that went in, 0 where they are not counted
     */
    public record Progress(int globalStep, double epoch, long inputTokensSeen) {

        /** @throws IllegalArgumentException if a number is negative, or the epoch not finite */
        public Progress {
            requireNotNegative(globalStep, "globalStep");
            requireNotNegative(inputTokensSeen, "inputTokensSeen");
            if (!Double.isFinite(epoch) || epoch < 0) {
                throw new IllegalArgumentException("epoch: expected a finite number, 0 or more, found " + epoch);
            }
        }
    }

    /**
     * How far a run is to go, and what it does on the way, in steps; all 0 or more.
     *
     * @param maxSteps updates in all
     * @param numTrainEpochs passes over the data in all
     * @param loggingSteps updates from one line of the log to the next
     * @param evalSteps updates from one evaluation to the next
     * @param saveSteps updates from one checkpoint to the next
     * @param trainBatchSize examples in a batch
     */
    public record Plan(
            int maxSteps, int numTrainEpochs, int loggingSteps, int evalSteps, int saveSteps, int trainBatchSize) {

        /** @throws IllegalArgumentException if a number is negative */
        public Plan {
            requireNotNegative(maxSteps, "maxSteps");
            requireNotNegative(numTrainEpochs, "numTrainEpochs");
            requireNotNegative(loggingSteps, "loggingSteps");
            requireNotNegative(evalSteps, "evalSteps");
            requireNotNegative(saveSteps, "saveSteps");
            requireNotNegative(trainBatchSize, "trainBatchSize");
        }
    }

    /**
     * The best checkpoint.
     *
     * @param metric by which it is, finite
     * @param globalStep at which it was judged
     * @param checkpoint its folder, {@code out/checkpoint-500}
     */
    public record Best(double metric, int globalStep, String checkpoint) {

        /** @throws IllegalArgumentException if the metric is not finite, or the step negative */
        public Best {
            Arguments.require(checkpoint, "checkpoint");
            requireNotNegative(globalStep, "globalStep");
            if (!Double.isFinite(metric)) {
                throw new IllegalArgumentException("metric: expected a finite number, found " + metric);
            }
        }
    }

    /** Keeps copies. */
    public TrainerState {
        Arguments.require(progress, "progress");
        Arguments.require(plan, "plan");
        Arguments.require(best, "best");
        List<SequencedMap<String, Number>> copies = new ArrayList<>();
        for (SequencedMap<String, Number> entry : Arguments.requireAll(logHistory, "logHistory")) {
            SequencedMap<String, Number> copy = new LinkedHashMap<>();
            entry.forEach((key, value) -> copy.put(Arguments.require(key, "a logged value's name"), plain(key, value)));
            copies.add(Collections.unmodifiableSequencedMap(copy));
        }
        logHistory = List.copyOf(copies);
    }

    /** The text of the file. */
    String toJson() {
        JsonObject json = new JsonObject();
        best.ifPresentOrElse(
                found -> {
                    json.addProperty("best_global_step", found.globalStep());
                    json.addProperty("best_metric", found.metric());
                    json.addProperty("best_model_checkpoint", found.checkpoint());
                },
                () -> List.of("best_global_step", "best_metric", "best_model_checkpoint")
                        .forEach(key -> json.add(key, JsonNull.INSTANCE)));
        json.addProperty("epoch", progress.epoch());
        json.addProperty("eval_steps", plan.evalSteps());
        json.addProperty("global_step", progress.globalStep());
        json.addProperty("is_hyper_param_search", false);
        json.addProperty("is_local_process_zero", true);
        json.addProperty("is_world_process_zero", true);
        json.add("log_history", logHistoryJson());
        json.addProperty("logging_steps", plan.loggingSteps());
        json.addProperty("max_steps", plan.maxSteps());
        json.addProperty("num_input_tokens_seen", progress.inputTokensSeen());
        json.addProperty("num_train_epochs", plan.numTrainEpochs());
        json.addProperty("save_steps", plan.saveSteps());
        json.add("stateful_callbacks", new JsonObject());
        json.addProperty("total_flos", 0.0);
        json.addProperty("train_batch_size", plan.trainBatchSize());
        json.add("trial_name", JsonNull.INSTANCE);
        json.add("trial_params", JsonNull.INSTANCE);
        return Json.text(json);
    }

    private JsonArray logHistoryJson() {
        JsonArray log = new JsonArray();
        for (Map<String, Number> entry : logHistory) {
            JsonObject values = new JsonObject();
            entry.forEach((key, value) -> values.add(
                    key, Double.isFinite(value.doubleValue()) ? new JsonPrimitive(value) : JsonNull.INSTANCE));
            log.add(values);
        }
        return log;
    }

    /**
     * Reads the file of a checkpoint.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it is absent, no JSON, or a value is not as it must be
     * @throws IOException if reading fails
     */
    static TrainerState read(ModelFiles files) throws IOException {
        JsonObjectReader json = JsonObjectReader.ofFile(files, FILE, BYTE_LIMIT);
        double epoch = Json.requireFinite(json, "epoch");
        if (epoch < 0) {
            throw json.wrong("epoch", "0 or more", json.object().get("epoch"));
        }
        Progress progress = new Progress(
                json.requireCount("global_step"), epoch, Json.requireLong(json, "num_input_tokens_seen", 0));
        Plan plan = new Plan(
                json.requireCount("max_steps"),
                json.requireCount("num_train_epochs"),
                json.requireCount("logging_steps"),
                json.requireCount("eval_steps"),
                json.requireCount("save_steps"),
                json.requireCount("train_batch_size"));
        Optional<Best> best = json.string("best_model_checkpoint")
                .map(checkpoint -> new Best(
                        Json.requireFinite(json, "best_metric"), json.requireCount("best_global_step"), checkpoint));
        return new TrainerState(progress, plan, best, readLog(json));
    }

    private static List<SequencedMap<String, Number>> readLog(JsonObjectReader json) {
        List<SequencedMap<String, Number>> log = new ArrayList<>();
        for (JsonObjectReader entry : json.objects("log_history")) {
            SequencedMap<String, Number> values = new LinkedHashMap<>();
            for (String key : entry.keys()) {
                values.put(key, readLogged(entry, key));
            }
            log.add(values);
        }
        return log;
    }

    private static Number readLogged(JsonObjectReader entry, String key) {
        JsonElement value = entry.object().get(key);
        if (value instanceof JsonNull) {
            return Double.NaN;
        }
        // Not a conditional expression: it would make a double of a long.
        if (Json.isWhole(value)) {
            return Json.requireLong(entry, key, Long.MIN_VALUE);
        }
        return Json.requireFinite(entry, key);
    }

    private static Number plain(String key, Number value) {
        return switch (value) {
            case Integer whole -> whole.longValue();
            case Long whole -> whole;
            // By its digits: 0.1f is logged as 0.1.
            case Float number -> Double.valueOf(number.toString());
            case Double number -> number;
            case null, default ->
                throw new IllegalArgumentException(
                        key + ": expected an Integer, Long, Float or Double to log, found " + value);
        };
    }

    private static void requireNotNegative(long value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": expected 0 or more, found " + value);
        }
    }
}
