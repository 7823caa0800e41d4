package io.tesserae.training.data.table;

import io.tesserae.arguments.Arguments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files with a text on each line. */
public final class TextLines {

    private TextLines() {}

    /**
     * A line that is not blank.
     *
     * @param text what is on it
     * @param origin where it stands
     */
    public record Line(String text, Origin origin) {}

    /**
     * Reads a file's lines; blank ones are passed over.
     *
     * @throws io.tesserae.training.failure.TrainingException if it cannot be read, or is empty
     */
    public static List<Line> read(Path file) {
        FileText text = FileText.read(Arguments.require(file, "file"));
        List<String> lines = text.lines();
        List<Line> found = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                found.add(new Line(lines.get(i), text.at(i + 1L)));
            }
        }
        return List.copyOf(found);
    }
}
