package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;

/**
 * A question, and the text in which its answer is to be found.
 *
 * @param question what is asked; not empty
 * @param context where the answer may stand, of any length; not empty
 */
public record QuestionInput(String question, String context) {

    /** Checks that both are there. */
    public QuestionInput {
        Arguments.require(question, "question");
        Arguments.require(context, "context");
        if (question.isEmpty() || context.isEmpty()) {
            throw new IllegalArgumentException(
                    (question.isEmpty() ? "question" : "context") + ": expected a text, found none");
        }
    }
}
