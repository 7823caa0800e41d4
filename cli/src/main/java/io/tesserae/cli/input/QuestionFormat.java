package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Printable;
import io.tesserae.pipelines.QuestionInput;
import java.util.List;
import java.util.Optional;

/**
 * Questions, each with its text or all with one.
 *
 * @param context the text for questions that bring none
 */
public record QuestionFormat(Optional<String> context) implements InputFormat<QuestionInput> {

    @Override
    public String plural() {
        return "questions";
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(InputObject.Key.required("question"), InputObject.Key.optional("context"));
    }

    @Override
    public String describeKeys() {
        return "\"question\" and \"context\"";
    }

    @Override
    public List<QuestionInput> ofArgument(String argument) {
        return List.of(input(argument, context, "the question '" + Printable.excerpt(argument, 40) + "'"));
    }

    @Override
    public QuestionInput ofText(String text, String place) {
        return input(text, context, place);
    }

    @Override
    public QuestionInput ofObject(InputObject object, String place) {
        return input(object.text("question"), object.optionalText("context").or(() -> context), place);
    }

    private static QuestionInput input(String question, Optional<String> text, String place) {
        try {
            return new QuestionInput(
                    question,
                    text.orElseThrow(() -> new CommandException(place
                            + ": there is no text to find the answer in; expected the key \"context\", or --context TEXT"
                            + " or --context-file FILE for all questions")));
        } catch (IllegalArgumentException e) {
            throw new CommandException(place + ": " + e.getMessage());
        }
    }
}
