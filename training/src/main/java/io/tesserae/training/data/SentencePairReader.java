package io.tesserae.training.data;

import io.tesserae.tokenizer.Encoding;
import io.tesserae.training.data.table.Column;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.Row;
import io.tesserae.training.data.table.Table;
import java.util.List;
import java.util.Optional;

/**
 * From tables to texts whose embeddings are to be near each other, or not, as sentence-transformers' trainer takes them: each text is an
 * input of its own.
 *
 * @param encoder of the texts
 * @param columns which headers are the texts and the score
 */
public record SentencePairReader(TextEncoder encoder, Columns columns) {

    /** Whether a table says how near two texts are; else it has an anchor and a positive in each row. */
    public boolean hasScores(Table table) {
        return table.find(Column.SCORE, columns).isPresent();
    }

    /**
     * Encodes rows of an anchor, a positive and perhaps a negative.
     *
     * @throws io.tesserae.training.failure.TrainingException if a row is no good; the message names its line
     */
    public Dataset<SentenceGroup> groups(Table table) {
        String anchor = table.require(Column.ANCHOR, columns);
        String positive = table.require(Column.POSITIVE, columns);
        Optional<String> negative = table.find(Column.NEGATIVE, columns);
        List<SentenceGroup> groups = table.rows().stream()
                .map(row -> new SentenceGroup(
                        text(row, anchor), text(row, positive), negative.map(column -> text(row, column))))
                .toList();
        return Dataset.of(groups);
    }

    /**
     * Encodes rows of two texts and a score.
     *
     * @throws io.tesserae.training.failure.TrainingException if a row is no good; the message names its line
     */
    public Dataset<ScoredPair> scoredPairs(Table table) {
        String first = table.require(Column.ANCHOR, columns);
        String second = table.require(Column.POSITIVE, columns);
        String score = table.require(Column.SCORE, columns);
        List<ScoredPair> pairs = table.rows().stream()
                .map(row -> new ScoredPair(text(row, first), text(row, second), row.number(score)))
                .toList();
        return Dataset.of(pairs);
    }

    private EncodedText text(Row row, String column) {
        Encoding encoding = encoder.encode(row.text(column), row.origin());
        return encoder.text(encoding);
    }
}
