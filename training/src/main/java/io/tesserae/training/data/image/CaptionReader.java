package io.tesserae.training.data.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.EncodedText;
import io.tesserae.training.data.TextEncoder;
import io.tesserae.training.data.table.Column;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.Row;
import io.tesserae.training.data.table.Table;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.failure.TrainingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * From files to pictures with their captions: rows of {@code image}, a path as seen from the file's folder, and {@code text}; or a folder
 * with such a file, {@code metadata.jsonl} or {@code metadata.csv}, where the picture is called {@code file_name}.
 *
 * @param encoder of the captions
 * @param columns which headers are the picture and the text
 * @param tokens how a caption begins and ends
 */
public record CaptionReader(TextEncoder encoder, Columns columns, CaptionTokens tokens) {

    /** Checks that all is said. */
    public CaptionReader {
        Arguments.require(encoder, "encoder");
        Arguments.require(columns, "columns");
        Arguments.require(tokens, "tokens");
    }

    /**
     * Encodes a file's captions, or those of a folder.
     *
     * @throws TrainingException if it cannot be read, a row is no good, or a picture is not there; the message names the line
     */
    public Dataset<CaptionedImage> read(Path fileOrFolder) {
        Table table = TableFile.read(Files.isDirectory(fileOrFolder) ? metadata(fileOrFolder) : fileOrFolder);
        String image = table.require(Column.IMAGE, columns);
        String text = table.require(Column.TEXT, columns);
        List<CaptionedImage> examples = new ArrayList<>(table.rows().size());
        for (Row row : table.rows()) {
            Path file = row.path(image);
            if (!PictureReader.isThere(file)) {
                throw row.origin().refusal("expected a picture, found no file, or an empty one: " + file);
            }
            examples.add(new CaptionedImage(file, caption(row, text)));
        }
        return Dataset.of(examples);
    }

    private EncodedText caption(Row row, String text) {
        int added =
                (int) (tokens.first().stream().count() + tokens.last().stream().count());
        int[] own = encoder.withMaxLength(encoder.maxLength() - added)
                .encode(row.text(text), tokens.addSpecialTokens(), row.origin())
                .inputIds();
        int[] ids = IntStream.concat(
                        IntStream.concat(tokens.first().stream(), IntStream.of(own)), tokens.last().stream())
                .toArray();
        return new EncodedText(ids, new int[ids.length]);
    }

    private static Path metadata(Path folder) {
        for (String name : List.of("metadata.jsonl", "metadata.csv")) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new TrainingException(folder + ": expected metadata.jsonl or metadata.csv in the folder, found neither");
    }
}
