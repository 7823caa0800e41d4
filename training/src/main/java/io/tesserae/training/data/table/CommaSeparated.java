package io.tesserae.training.data.table;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** CSV files as RFC 4180 has them: a field in quotation marks may have commas, line ends and doubled quotation marks. */
final class CommaSeparated {

    private CommaSeparated() {}

    static Table read(FileText text) {
        // Blank lines at the end are no rows; those in the middle are rows with too few fields.
        StringReader reader = new StringReader(text.withoutLastLineEnds());
        long line = 1;
        try (CSVParser parser = CSVParser.builder()
                .setFormat(CSVFormat.RFC4180)
                .setReader(reader)
                .get()) {
            Iterator<CSVRecord> records = parser.iterator();
            List<String> header = Table.requireDistinct(records.next().toList(), text.at(line));
            List<Row> rows = new ArrayList<>();
            line = parser.getCurrentLineNumber() + 1;
            while (records.hasNext()) {
                rows.add(Row.ofFields(header, records.next().toList(), text.at(line)));
                line = parser.getCurrentLineNumber() + 1;
            }
            if (rows.isEmpty()) {
                throw Table.noRows(text.file());
            }
            return new Table(text.file(), header, rows);
        } catch (IOException | UncheckedIOException e) {
            throw text.at(line)
                    .refusal(
                            "expected a row of CSV as RFC 4180 has it: a quotation mark is not closed, or something follows"
                                    + " one that is; double a quotation mark that is meant literally");
        }
    }
}
