package io.tesserae.spark;

import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.text.ZeroShotClassification;
import io.tesserae.pipelines.text.ZeroShotClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotClassificationPipeline;
import io.tesserae.pipelines.text.ZeroShotInput;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Texts and which of any labels fits: {@link ZeroShotClassificationPipeline}. The answer is {@code struct<label: string, score: float,
 * labels: array<struct<label, score>>>}, all candidates, the best first.
 */
public final class ZeroShotClassifier extends PipelineTransformer<ZeroShotClassifier> {

    private static final long serialVersionUID = 1;

    private final StringArrayParam candidateLabels =
            new StringArrayParam(this, "candidateLabels", "the labels, in words");
    private final Param<String> hypothesisTemplate =
            new Param<>(this, "hypothesisTemplate", "the sentence that each label is put into, at its {}");
    private final BooleanParam multiLabel =
            new BooleanParam(this, "multiLabel", "whether each label is right or wrong by itself");

    /** With a name of its own. */
    public ZeroShotClassifier() {
        this(Identifiable$.MODULE$.randomUID("zeroShotClassifier"));
    }

    /** With this name. */
    public ZeroShotClassifier(String uid) {
        super(uid);
        setDefault(hypothesisTemplate, ZeroShotClassificationOptions.DEFAULT.hypothesisTemplate());
        setDefault(multiLabel, ZeroShotClassificationOptions.DEFAULT.multiLabel());
    }

    /** The labels, in words; one at least. */
    public StringArrayParam candidateLabels() {
        return candidateLabels;
    }

    /** The value of {@link #candidateLabels}. */
    public String[] getCandidateLabels() {
        return required(candidateLabels);
    }

    /** Sets {@link #candidateLabels}. */
    public ZeroShotClassifier setCandidateLabels(String[] value) {
        return with(candidateLabels, value);
    }

    /** The sentence that each label is put into, at its {@code {}}. */
    public Param<String> hypothesisTemplate() {
        return hypothesisTemplate;
    }

    /** The value of {@link #hypothesisTemplate}. */
    public String getHypothesisTemplate() {
        return required(hypothesisTemplate);
    }

    /** Sets {@link #hypothesisTemplate}. */
    public ZeroShotClassifier setHypothesisTemplate(String value) {
        return with(hypothesisTemplate, value);
    }

    /** Whether each label is right or wrong by itself; otherwise, as by default, the scores add up to 1. */
    public BooleanParam multiLabel() {
        return multiLabel;
    }

    /** The value of {@link #multiLabel}. */
    public boolean getMultiLabel() {
        return (Boolean) required(multiLabel);
    }

    /** Sets {@link #multiLabel}. */
    public ZeroShotClassifier setMultiLabel(boolean value) {
        return with(multiLabel, value);
    }

    @Override
    DataType outputType() {
        return Columns.CLASSIFICATION;
    }

    @Override
    RowTask<?, ?, ?> task(StructType schema) {
        if (getCandidateLabels().length == 0) {
            throw new IllegalArgumentException(uid() + ": candidateLabels: expected one label at least, found none");
        }
        return new Task(
                schema.fieldIndex(getInputCol()),
                Arrays.asList(getCandidateLabels()),
                getHypothesisTemplate(),
                getMultiLabel(),
                getBatchSize());
    }

    /** What executors do. */
    record Task(int column, List<String> labels, String template, boolean multiLabel, int batchSize)
            implements RowTask<ZeroShotInput, ZeroShotClassificationOptions, ZeroShotClassification> {

        @Override
        public PipelineTask<ZeroShotClassificationPipeline> pipelineTask() {
            return ZeroShotClassificationPipeline.TASK;
        }

        @Override
        public ZeroShotClassificationOptions options() {
            return new ZeroShotClassificationOptions(template, multiLabel, batchSize);
        }

        @Override
        public List<ZeroShotInput> inputs(Row row) {
            return row.isNullAt(column) ? null : List.of(new ZeroShotInput(row.getString(column), labels));
        }

        @Override
        public Object column(List<ZeroShotClassification> answers) {
            return Columns.classification(answers.getFirst().labels());
        }

        @Override
        public long truncatedTokens(ZeroShotClassification answer) {
            return answer.truncatedTokens();
        }
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<ZeroShotClassifier> read() {
        return new DefaultParamsReader<>();
    }

    /** What was saved at a path. */
    public static ZeroShotClassifier load(String path) {
        return read().load(path);
    }
}
