package io.tesserae.server.task;

import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.Members;
import java.util.Locale;
import java.util.Optional;

/** Parameters that several tasks have. */
final class Parameters {

    private Parameters() {}

    /** How many answers; null is all, as in transformers. */
    static int topK(Members parameters, int otherwise) {
        if (parameters.isGiven("top_k") && parameters.value("top_k").isEmpty()) {
            return Integer.MAX_VALUE;
        }
        return parameters.integer("top_k").orElse(otherwise);
    }

    /** From outputs to scores. */
    static Optional<ScoreFunction> functionToApply(Members parameters) {
        return parameters
                .string("function_to_apply")
                .map(name -> choice(ScoreFunction.values(), name, "function_to_apply"));
    }

    /** One of several, by its name in lower case. */
    static <E extends Enum<E>> E choice(E[] values, String name, String parameter) {
        StringBuilder names = new StringBuilder();
        for (E value : values) {
            String known = value.name().toLowerCase(Locale.ROOT);
            if (known.equals(name)) {
                return value;
            }
            names.append(names.isEmpty() ? "" : ", ").append(known);
        }
        throw RequestException.validation("parameters." + parameter + ": expected one of " + names);
    }
}
