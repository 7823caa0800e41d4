package io.tesserae.training.log;

import com.google.gson.JsonPrimitive;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of one step: a line of the log.
 *
 * @param step how many steps were done, 0 and more
 * @param epoch how often the data was seen, in fractions
 * @param numbers by name and in order: {@code loss}, {@code learning_rate}, {@code grad_norm}; after an evaluation
 *     {@code eval_loss}, {@code eval_accuracy}, …; NaN and infinite ones too
 */
public record LogEntry(long step, double epoch, Map<String, Double> numbers) {

    /**
     * @throws IllegalArgumentException if the step is negative, the epoch negative or not finite, or a name is empty,
     *     {@code step}, {@code epoch} or has half a surrogate pair
     */
    public LogEntry {
        if (step < 0) {
            throw new IllegalArgumentException("expected a step of 0 or more, found " + step);
        }
        if (!(epoch >= 0 && epoch < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("expected an epoch of 0 or more, found " + epoch);
        }
        Map<String, Double> copy = new LinkedHashMap<>(numbers);
        copy.forEach((name, number) -> requireLoggable(name, number));
        numbers = Collections.unmodifiableMap(copy);
    }

    private static void requireLoggable(String name, Double number) {
        if (name.isEmpty() || name.equals("step") || name.equals("epoch")) {
            throw new IllegalArgumentException("a number cannot be logged by the name \"" + name + "\"");
        }
        if (name.codePoints().anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
            throw new IllegalArgumentException("a name to log has half a surrogate pair: " + new JsonPrimitive(name));
        }
        if (number == null) {
            throw new IllegalArgumentException("expected a number for \"" + name + "\", found null");
        }
    }

    /** Whether a number of this name was logged. */
    public boolean has(String name) {
        return numbers.containsKey(name);
    }

    /** The number of this name, or NaN. */
    public double number(String name) {
        return numbers.getOrDefault(name, Double.NaN);
    }

    /**
     * One line of JSON, without its end: {@code {"step":10,"epoch":0.5,"loss":0.693}}. JSON has no NaN and nothing
     * infinite: they are written as null.
     */
    public String toJson() {
        StringBuilder json = new StringBuilder("{\"step\":")
                .append(step)
                .append(",\"epoch\":")
                .append(epoch);
        numbers.forEach((name, number) -> json.append(',')
                .append(new JsonPrimitive(name))
                .append(':')
                .append(Double.isFinite(number) ? number.toString() : "null"));
        return json.append('}').toString();
    }
}
