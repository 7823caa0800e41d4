package io.tesserae.cli.output;

import io.tesserae.cli.console.Printable;
import io.tesserae.pipelines.Classification;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * How the labels of an input are written.
 *
 * @param json for programs, rather than for people
 * @param several whether a number of labels was asked for: JSON is an array then, even of one
 */
public record Labelled(boolean json, boolean several) {

    /** One line; {@code input} says, for people, what was labelled. */
    public String line(List<Classification> labels, String input) {
        return json ? json(labels, Labelled::write) : text(labels, input);
    }

    /** One line of the labels of a picture; a program is told which, behind the fields of the pipeline. */
    public String imageLine(List<Classification> labels, String image) {
        return json
                ? json(
                        labels,
                        (object, label) -> writeFields(object, label)
                                .name("image")
                                .string(image)
                                .raw("}"))
                : text(labels, Printable.escape(image));
    }

    private static String text(List<Classification> labels, String input) {
        return labels.stream()
                        .map(label -> Printable.escape(label.label()) + " " + FiniteNumber.text(label.score()))
                        .collect(Collectors.joining(", "))
                + "  " + input;
    }

    private String json(List<Classification> labels, BiConsumer<Json, Classification> write) {
        Json line = new Json();
        if (several) {
            line.array(labels, write);
        } else {
            write.accept(line, labels.getFirst());
        }
        return line.toString();
    }

    private static void write(Json json, Classification classification) {
        writeFields(json, classification).raw("}");
    }

    private static Json writeFields(Json json, Classification classification) {
        return json.raw("{")
                .name("label")
                .string(classification.label())
                .name("score")
                .number(classification.score());
    }
}
