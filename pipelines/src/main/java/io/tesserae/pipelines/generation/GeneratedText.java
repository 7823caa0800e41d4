package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.FinishReason;

/**
 * What a model has written.
 *
 * @param text as transformers' {@code generated_text} has it; the prompt stands before what is new, unless the options say otherwise
 * @param finishReason why it ends there: {@link FinishReason#STOPPED} is no answer that the model had finished
 */
public record GeneratedText(String text, FinishReason finishReason) {

    /** Checks that both are there. */
    public GeneratedText {
        Arguments.require(text, "text");
        Arguments.require(finishReason, "finishReason");
    }
}
