package io.tesserae.training.data.table;

import io.tesserae.arguments.Arguments;
import io.tesserae.training.failure.TrainingException;
import java.nio.file.Path;
import java.util.Locale;

/** From a file to its table, whatever kind of file it is. */
public final class TableFile {

    private TableFile() {}

    /**
     * Reads a file, of the kind that its name says: {@code .tsv} and {@code .txt} have tabs between fields and no quoting, {@code .csv}
     * is RFC 4180, {@code .jsonl} and {@code .json} have an object on each line. The first two begin with a row of headers.
     *
     * @throws TrainingException if it cannot be read, has no rows, or a row is malformed
     */
    public static Table read(Path file) {
        String name = Arguments.require(file, "file").toString().toLowerCase(Locale.ROOT);
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return switch (extension) {
            case "tsv", "txt" -> TabSeparated.read(FileText.read(file));
            case "csv" -> CommaSeparated.read(FileText.read(file));
            case "json", "jsonl" -> JsonLines.read(FileText.read(file));
            default ->
                throw new TrainingException(
                        file
                                + ": expected a name that ends with .tsv, .txt, .csv, .json or .jsonl: it says how the file is read");
        };
    }
}
