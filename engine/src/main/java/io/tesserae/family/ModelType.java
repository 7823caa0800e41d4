package io.tesserae.family;

import io.tesserae.arguments.Arguments;
import java.util.Optional;

/**
 * One of a family's names. Most families have one; DINOv2 has another for its variant with registers.
 *
 * @param name {@code model_type} in config.json: {@code distilbert}
 * @param classPrefix what the names of its classes in transformers begin with: {@code DistilBert}
 * @param preprocessor the class of the tokenizer or image processor where no file names one; empty where transformers has none
 */
public record ModelType(String name, String classPrefix, Optional<String> preprocessor) {

    /** Refuses null. */
    public ModelType {
        Arguments.require(name, "name");
        Arguments.require(classPrefix, "classPrefix");
        Arguments.require(preprocessor, "preprocessor");
    }
}
