package io.tesserae.training.data.table;

import io.tesserae.training.failure.TrainingException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A data file with named columns.
 *
 * @param file where it comes from
 * @param header the columns' names; of JSON lines, all keys in the order of their first appearance
 * @param rows one or more
 */
public record Table(Path file, List<String> header, List<Row> rows) {

    /** Keeps its own copies. */
    public Table {
        header = List.copyOf(header);
        rows = List.copyOf(rows);
    }

    /** The header of a column, if the file has it. */
    public Optional<String> find(Column column, Columns columns) {
        boolean said = columns.headers().containsKey(column);
        return said || columns.headers().isEmpty() ? lookUp(column, columns) : Optional.empty();
    }

    /**
     * The header of a column that must be there.
     *
     * @throws TrainingException if it is not, or more than one might be it
     */
    public String require(Column column, Columns columns) {
        return lookUp(column, columns)
                .orElseThrow(() -> new TrainingException(file + ": expected a column for the " + column.spelling()
                        + ", called " + String.join(" or ", column.recognised()) + ", found the columns "
                        + shown() + "; name the columns in a header row, or say which one is meant: "
                        + column.spelling() + "=HEADER"));
    }

    private Optional<String> lookUp(Column column, Columns columns) {
        String said = columns.headers().get(column);
        if (said != null) {
            if (!header.contains(said)) {
                throw new TrainingException(
                        file + ": expected the column \"" + said + "\", found the columns " + shown());
            }
            return Optional.of(said);
        }
        List<String> found =
                column.recognised().stream().filter(header::contains).toList();
        if (found.size() > 1) {
            throw new TrainingException(file + ": each of the columns " + String.join(" and ", found) + " could be the "
                    + column.spelling() + "; say which one is meant: " + column.spelling() + "=HEADER");
        }
        return found.stream().findFirst();
    }

    private String shown() {
        String all = String.join(", ", header);
        return '"' + (all.length() <= 200 ? all : all.substring(0, 200) + "…") + '"';
    }

    /** Refuses a header that has a name twice: nobody could say which column it means. */
    static List<String> requireDistinct(List<String> header, Origin origin) {
        for (int i = 0; i < header.size(); i++) {
            if (header.indexOf(header.get(i)) < i) {
                throw origin.refusal("the header \"" + header.get(i) + "\" stands twice");
            }
        }
        return header;
    }

    static TrainingException noRows(Path file) {
        return new TrainingException(file + ": expected rows after the header, found none");
    }
}
