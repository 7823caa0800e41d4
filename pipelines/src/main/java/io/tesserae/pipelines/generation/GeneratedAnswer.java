package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;

/**
 * What a model answers to a question.
 *
 * @param text the answer, without spaces around it
 * @param score how likely the model holds it to be, from 0 to 1: the product of its tokens' probabilities, the end's included
 */
public record GeneratedAnswer(String text, float score) {

    /** Checks that there is a text; it may be empty. */
    public GeneratedAnswer {
        Arguments.require(text, "text");
    }
}
