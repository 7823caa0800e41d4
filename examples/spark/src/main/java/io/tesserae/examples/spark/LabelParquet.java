package io.tesserae.examples.spark;

import io.tesserae.spark.TextClassifier;
import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The texts of a Parquet file and what a classifier says of them, as another Parquet file. */
public final class LabelParquet {

    private LabelParquet() {}

    /**
     * Reads, classifies and writes.
     *
     * @param arguments the model; the file that is read, with a column {@code text}; the file that is written, which must not be there
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println(
                    "expected three arguments: MODEL INPUT.parquet OUTPUT.parquet, found " + arguments.length);
            System.exit(2);
        }
        try (SparkSession session = SparkSession.builder().appName("label").getOrCreate()) {
            System.out.println(label(session, arguments[0], arguments[1], arguments[2]));
        }
    }

    /** Likewise in a session that is there already; says what was done. */
    static String label(SparkSession session, String model, String input, String output) {
        TextClassifier classifier = new TextClassifier()
                .setInputCol("text")
                .setOutputCol("answer")
                .setErrorMode("null")
                .setErrorCol("reason")
                .setModelPath(model);
        Dataset<Row> texts = session.read().parquet(input);
        Dataset<Row> answers = classifier.transform(texts);
        answers.selectExpr("*", "answer.label", "answer.score")
                .drop("answer")
                .write()
                .parquet(output);
        return classifier.metrics().toString();
    }
}
