package io.tesserae.training.data;

import io.tesserae.loaders.label.ProblemType;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.training.data.table.Column;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.Row;
import io.tesserae.training.data.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From tables to examples of text classification, of single texts or of pairs, as transformers' {@code run_glue.py} reads them.
 *
 * @param encoder of the texts
 * @param columns which header is the text, the second text, the label
 */
public record TextClassificationReader(TextEncoder encoder, Columns columns) {

    /**
     * What the labels of training data mean: lists are labels that hold each by itself; numbers, of which one at least has a point or an
     * exponent, are values to be predicted; all else are labels of which one holds.
     */
    public ProblemType problemType(Table table) {
        String label = table.require(Column.LABEL, columns);
        boolean numbers = true;
        boolean fractions = false;
        for (Row row : table.rows()) {
            if (row.isList(label)) {
                return ProblemType.MULTI_LABEL_CLASSIFICATION;
            }
            numbers &= row.isInteger(label) || row.isFraction(label);
            fractions |= row.isFraction(label);
        }
        return numbers && fractions ? ProblemType.REGRESSION : ProblemType.SINGLE_LABEL_CLASSIFICATION;
    }

    /** The labels that occur in training data, sorted. */
    public LabelSet labels(Table table, ProblemType problem) {
        String label = table.require(Column.LABEL, columns);
        return switch (problem) {
            case REGRESSION -> LabelSet.ofRegression();
            case SINGLE_LABEL_CLASSIFICATION ->
                LabelSet.occurringIn(
                        table.rows().stream().map(row -> row.label(label)).toList(),
                        table.rows().stream().allMatch(row -> row.isInteger(label)));
            case MULTI_LABEL_CLASSIFICATION -> {
                List<String> found = table.rows().stream()
                        .flatMap(row -> row.labels(label).stream())
                        .toList();
                if (found.isEmpty()) {
                    throw table.rows().getFirst().origin().refusal("expected labels, found none in the whole file");
                }
                yield LabelSet.occurringIn(found, false);
            }
        };
    }

    /**
     * Encodes a table's rows.
     *
     * @param labels that the model tells apart; what is none of them is refused
     * @throws io.tesserae.training.failure.TrainingException if a row is no good; the message names its line
     */
    public Dataset<TextClassificationExample> read(Table table, ProblemType problem, LabelSet labels) {
        String text = table.require(Column.TEXT, columns);
        Optional<String> textPair = table.find(Column.TEXT_PAIR, columns);
        String label = table.require(Column.LABEL, columns);
        List<TextClassificationExample> examples = new ArrayList<>(table.rows().size());
        for (Row row : table.rows()) {
            Target target = target(row, label, problem, labels);
            Encoding encoding = textPair.isPresent()
                    ? encoder.encodePair(row.text(text), row.text(textPair.get()), row.origin())
                    : encoder.encode(row.text(text), row.origin());
            examples.add(new TextClassificationExample(encoder.text(encoding), target));
        }
        return Dataset.of(examples);
    }

    private static Target target(Row row, String label, ProblemType problem, LabelSet labels) {
        return switch (problem) {
            case REGRESSION -> new Target.Value(row.number(label));
            case SINGLE_LABEL_CLASSIFICATION -> new Target.OneLabel(labels.id(row.label(label), row.origin()));
            case MULTI_LABEL_CLASSIFICATION -> {
                float[] held = new float[labels.count()];
                for (String name : row.labels(label)) {
                    held[labels.id(name, row.origin())] = 1;
                }
                yield new Target.ManyLabels(held);
            }
        };
    }
}
