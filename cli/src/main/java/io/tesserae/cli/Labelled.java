package io.tesserae.cli;

import io.tesserae.pipelines.Classification;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the labels of an input are written.
 *
 * @param json for programs, rather than for people
 * @param several whether a number of labels was asked for: JSON is an array then, even of one
 */
record Labelled(boolean json, boolean several) {

    /** One line; {@code input} says, for people, what was labelled. */
    String line(List<Classification> labels, String input) {
        if (!json) {
            return labels.stream()
                            .map(label -> Printable.escape(label.label())
                                    + String.format(Locale.ROOT, " %.4f", label.score()))
                            .collect(Collectors.joining(", "))
                    + "  " + input;
        }
        Json line = new Json();
        return (several ? line.array(labels, Labelled::write) : write(line, labels.getFirst())).toString();
    }

    private static Json write(Json json, Classification classification) {
        return json.raw("{")
                .name("label")
                .string(classification.label())
                .name("score")
                .number(classification.score())
                .raw("}");
    }
}
