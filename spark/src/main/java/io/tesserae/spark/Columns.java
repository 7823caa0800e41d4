package io.tesserae.spark;

import io.tesserae.pipelines.task.Classification;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Types that several columns of answers have, and their values. */
final class Columns {

    /** A label and its score. */
    private static final StructType LABEL =
            new StructType().add("label", DataTypes.StringType, false).add("score", DataTypes.FloatType, false);

    /** The best label, its score, and all labels that were asked for, the best first. */
    static final StructType CLASSIFICATION = LABEL.add("labels", arrayOf(LABEL), false);

    /** An embedding. */
    static final ArrayType VECTOR = DataTypes.createArrayType(DataTypes.FloatType, false);

    private Columns() {}

    static ArrayType arrayOf(StructType element) {
        return DataTypes.createArrayType(element, false);
    }

    /** A value of {@link #CLASSIFICATION}. */
    static Row classification(List<Classification> labels) {
        Classification best = labels.getFirst();
        Row[] all = labels.stream()
                .map(label -> RowFactory.create(label.label(), label.score()))
                .toArray(Row[]::new);
        return RowFactory.create(best.label(), best.score(), all);
    }
}
