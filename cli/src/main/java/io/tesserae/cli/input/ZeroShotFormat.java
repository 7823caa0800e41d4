package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.pipelines.ZeroShotInput;
import java.util.List;

/**
 * Texts with the labels that they may have: those of the line, or else those of the command.
 *
 * @param labels the command's; none if every line has its own
 */
public record ZeroShotFormat(List<String> labels) implements InputFormat<ZeroShotInput> {

    @Override
    public String plural() {
        return "texts";
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(InputObject.Key.required("sequence"), InputObject.Key.optionalArray("candidate_labels"));
    }

    @Override
    public String describeKeys() {
        return "\"sequence\" and, for labels of its own, \"candidate_labels\"";
    }

    @Override
    public List<ZeroShotInput> ofArgument(String argument) {
        return List.of(new ZeroShotInput(argument, labels));
    }

    @Override
    public ZeroShotInput ofText(String text, String place) {
        return of(text, labels, place);
    }

    @Override
    public ZeroShotInput ofObject(InputObject object, String place) {
        List<String> own = object.texts("candidate_labels").orElse(labels);
        boolean isSeparated = object.isText("candidate_labels");
        return of(object.text("sequence"), isSeparated ? ZeroShotInput.labels(own.getFirst()) : own, place);
    }

    private static ZeroShotInput of(String sequence, List<String> labels, String place) {
        if (labels.isEmpty()) {
            throw new CommandException(place + ": no labels; expected \"candidate_labels\" in the line, or --labels");
        }
        if (sequence.isEmpty()) {
            throw new CommandException(place + ": expected a text, found an empty one");
        }
        return new ZeroShotInput(sequence, labels);
    }
}
