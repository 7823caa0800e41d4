package io.tesserae.spark;

import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassification;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Texts and their labels: {@link TextClassificationPipeline}. The answer is {@code struct<label: string, score: float, labels:
 * array<struct<label, score>>>}; {@code labels} has the best {@link #topK}.
 */
public final class TextClassifier extends BestAnswersTransformer<TextClassifier> {

    private static final long serialVersionUID = 1;

    private final BooleanParam truncation =
            new BooleanParam(this, "truncation", "whether a text that is too long is cut, rather than refused");

    /** With a name of its own. */
    public TextClassifier() {
        this(Identifiable$.MODULE$.randomUID("textClassifier"));
    }

    /** With this name. */
    public TextClassifier(String uid) {
        super(uid, "labels", TextClassificationOptions.DEFAULT.topK());
        setDefault(truncation, TextClassificationOptions.DEFAULT.truncation());
    }

    /** Whether a text that is too long for the model is cut, rather than refused. False by default. */
    public BooleanParam truncation() {
        return truncation;
    }

    /** The value of {@link #truncation}. */
    public boolean getTruncation() {
        return (Boolean) required(truncation);
    }

    /** Sets {@link #truncation}. */
    public TextClassifier setTruncation(boolean cut) {
        return with(truncation, cut);
    }

    @Override
    DataType outputType() {
        return Columns.CLASSIFICATION;
    }

    @Override
    RowTask<?, ?, ?> task(StructType schema) {
        return new Task(schema.fieldIndex(getInputCol()), getTopK(), getTruncation(), getBatchSize());
    }

    /** What executors do. */
    record Task(int column, int topK, boolean truncation, int batchSize)
            implements RowTask<TextInput, TextClassificationOptions, TextClassification> {

        @Override
        public PipelineTask<TextClassificationPipeline> pipelineTask() {
            return TextClassificationPipeline.TASK;
        }

        @Override
        public TextClassificationOptions options() {
            return TextClassificationOptions.DEFAULT
                    .withTopK(topK)
                    .withTruncation(truncation)
                    .withBatchSize(batchSize);
        }

        @Override
        public List<TextInput> inputs(Row row) {
            return row.isNullAt(column) ? null : List.of(TextInput.of(row.getString(column)));
        }

        @Override
        public Object column(List<TextClassification> answers) {
            return Columns.classification(answers.getFirst().labels());
        }

        @Override
        public long truncatedTokens(TextClassification answer) {
            return answer.truncatedTokens();
        }
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<TextClassifier> read() {
        return new DefaultParamsReader<>();
    }

    /** What was saved at a path. */
    public static TextClassifier load(String path) {
        return read().load(path);
    }
}
