package io.tesserae.cli.train;

import io.tesserae.training.TrainingArguments;
import java.util.function.BiFunction;

/** Training arguments, as far as options were given. */
final class GivenArguments {

    private TrainingArguments arguments;

    GivenArguments(TrainingArguments defaults) {
        arguments = defaults;
    }

    /**
     * Takes an option.
     *
     * @param value null where it is absent, so that the default stays
     */
    <T> GivenArguments take(T value, BiFunction<TrainingArguments, T, TrainingArguments> with) {
        if (value != null) {
            arguments = with.apply(arguments, value);
        }
        return this;
    }

    /** All of them. */
    TrainingArguments arguments() {
        return arguments;
    }
}
