package io.tesserae.spark;

import io.tesserae.pipelines.image.ImageClassificationOptions;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.PipelineTask;
import java.util.List;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Pictures and their labels: {@link ImageClassificationPipeline}. The input column is binary and has the bytes of picture files, as
 * Spark's {@code binaryFile} source reads them into {@code content}. The answer is {@code struct<label: string, score: float, labels:
 * array<struct<label, score>>>}; {@code labels} has the best {@link #topK}.
 */
public final class ImageClassifier extends BestAnswersTransformer<ImageClassifier> {

    private static final long serialVersionUID = 1;

    /** With a name of its own. */
    public ImageClassifier() {
        this(Identifiable$.MODULE$.randomUID("imageClassifier"));
    }

    /** With this name. */
    public ImageClassifier(String uid) {
        super(uid, "labels", ImageClassificationOptions.DEFAULT.topK());
    }

    @Override
    StructType inputs() {
        return new StructType().add(getInputCol(), DataTypes.BinaryType);
    }

    @Override
    DataType outputType() {
        return Columns.CLASSIFICATION;
    }

    @Override
    RowTask<?, ?, ?> task(StructType schema) {
        return new Task(schema.fieldIndex(getInputCol()), getTopK(), getBatchSize());
    }

    /** What executors do. */
    record Task(int column, int topK, int batchSize)
            implements RowTask<ImageInput, ImageClassificationOptions, List<Classification>> {

        @Override
        public PipelineTask<ImageClassificationPipeline> pipelineTask() {
            return ImageClassificationPipeline.TASK;
        }

        @Override
        public ImageClassificationOptions options() {
            return ImageClassificationOptions.DEFAULT.withTopK(topK).withBatchSize(batchSize);
        }

        @Override
        public List<ImageInput> inputs(Row row) {
            return row.isNullAt(column) ? null : List.of(ImageInput.of(row.<byte[]>getAs(column)));
        }

        @Override
        public Object column(List<List<Classification>> answers) {
            return Columns.classification(answers.getFirst());
        }
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<ImageClassifier> read() {
        return new DefaultParamsReader<>();
    }

    /** What was saved at a path. */
    public static ImageClassifier load(String path) {
        return read().load(path);
    }
}
