package io.tesserae.training.data;

import io.tesserae.arguments.Arguments;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.training.data.table.Column;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.Origin;
import io.tesserae.training.data.table.Row;
import io.tesserae.training.data.table.Table;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.data.table.TextLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * From files to texts of which tokens will be hidden, as transformers' {@code run_mlm.py --line_by_line} makes them. A file whose name
 * ends with {@code .txt} has a text on each line, any other a column of texts.
 *
 * @param encoder of the texts
 * @param columns which header is the text
 */
public record MaskableTextReader(TextEncoder encoder, Columns columns) {

    /**
     * Encodes a file's texts.
     *
     * @throws io.tesserae.training.failure.TrainingException if it cannot be read, or a row is no good; the message names its line
     */
    public Dataset<MaskableText> read(Path file) {
        List<MaskableText> texts = new ArrayList<>();
        if (Arguments.require(file, "file").toString().toLowerCase(Locale.ROOT).endsWith(".txt")) {
            for (TextLines.Line line : TextLines.read(file)) {
                texts.add(maskable(line.text(), line.origin()));
            }
        } else {
            Table table = TableFile.read(file);
            String text = table.require(Column.TEXT, columns);
            for (Row row : table.rows()) {
                texts.add(maskable(row.text(text), row.origin()));
            }
        }
        return Dataset.of(texts);
    }

    private MaskableText maskable(String text, Origin origin) {
        Encoding encoding = encoder.encode(text, origin);
        int[] mask = encoding.specialTokensMask();
        boolean[] special = new boolean[mask.length];
        for (int token = 0; token < mask.length; token++) {
            special[token] = mask[token] == 1;
        }
        return new MaskableText(encoder.text(encoding), special, origin);
    }
}
