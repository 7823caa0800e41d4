package io.tesserae.loaders.label;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a classification head's outputs mean, and so which function turns them into scores. It changes nothing in the
 * model itself.
 *
 * @see <a href="https://huggingface.co/docs/transformers/main_classes/configuration">problem_type of PretrainedConfig</a>
 */
public enum ProblemType {
    /** The outputs are the answer; no function is applied. */
    REGRESSION("regression"),
    /** Exactly one label holds: softmax over the outputs. */
    SINGLE_LABEL_CLASSIFICATION("single_label_classification"),
    /** Each label holds or not, by itself: the logistic function of each output. */
    MULTI_LABEL_CLASSIFICATION("multi_label_classification");

    private final String configName;

    ProblemType(String configName) {
        this.configName = configName;
    }

    /** As config.json spells it. */
    public String configName() {
        return configName;
    }

    /** The type that config.json spells so; empty where there is none. */
    public static Optional<ProblemType> named(String configName) {
        return Arrays.stream(values())
                .filter(type -> type.configName.equals(configName))
                .findFirst();
    }
}
