package io.tesserae.spark;

import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.text.AggregationStrategy;
import io.tesserae.pipelines.text.Entity;
import io.tesserae.pipelines.text.TokenClassification;
import io.tesserae.pipelines.text.TokenClassificationOptions;
import io.tesserae.pipelines.text.TokenClassificationPipeline;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Texts and the names in them: {@link TokenClassificationPipeline}. The answer is {@code array<struct<label: string, score: float,
 * word: string, start: int, end: int>>}; places are counted in code points, as Spark's {@code substring} does, from 0.
 */
public final class TokenClassifier extends PipelineTransformer<TokenClassifier> {

    private static final long serialVersionUID = 1;

    private static final StructType ENTITY = new StructType()
            .add("label", DataTypes.StringType, false)
            .add("score", DataTypes.FloatType, false)
            .add("word", DataTypes.StringType, false)
            .add("start", DataTypes.IntegerType, false)
            .add("end", DataTypes.IntegerType, false);

    private final Param<String> aggregation = new Param<>(
            this,
            "aggregation",
            "how tokens are joined: none, simple, first, average or max",
            ParamValidators.inArray(Arrays.stream(AggregationStrategy.values())
                    .map(TokenClassifier::parameter)
                    .toList()));
    private final IntParam stride = new IntParam(
            this,
            "stride",
            "how many tokens the windows over a text that is too long have in common; not set: its end is cut off",
            ParamValidators.gtEq(0));

    /** With a name of its own. */
    public TokenClassifier() {
        this(Identifiable$.MODULE$.randomUID("tokenClassifier"));
    }

    /** With this name. */
    public TokenClassifier(String uid) {
        super(uid);
        setDefault(aggregation, parameter(TokenClassificationOptions.DEFAULT.aggregation()));
    }

    /** How tokens are joined: none, the default, simple, first, average or max; {@link AggregationStrategy}. */
    public Param<String> aggregation() {
        return aggregation;
    }

    /** The value of {@link #aggregation}. */
    public String getAggregation() {
        return required(aggregation);
    }

    /** Sets {@link #aggregation}. */
    public TokenClassifier setAggregation(String value) {
        return with(aggregation, value);
    }

    /** How many tokens the windows over a text that is too long have in common; not set: its end is cut off. */
    public IntParam stride() {
        return stride;
    }

    /** The value of {@link #stride}. */
    public int getStride() {
        return (Integer) required(stride);
    }

    /** Sets {@link #stride}. */
    public TokenClassifier setStride(int value) {
        return with(stride, value);
    }

    private static String parameter(AggregationStrategy strategy) {
        return strategy.name().toLowerCase(Locale.ROOT);
    }

    @Override
    DataType outputType() {
        return Columns.arrayOf(ENTITY);
    }

    @Override
    RowTask<?, ?, ?> task(StructType schema) {
        AggregationStrategy strategy =
                AggregationStrategy.valueOf(getAggregation().toUpperCase(Locale.ROOT));
        int overlap = isDefined(stride) ? getStride() : -1;
        return new Task(schema.fieldIndex(getInputCol()), strategy, overlap, getBatchSize());
    }

    /** What executors do. */
    record Task(int column, AggregationStrategy aggregation, int stride, int batchSize)
            implements RowTask<String, TokenClassificationOptions, TokenClassification> {

        @Override
        public PipelineTask<TokenClassificationPipeline> pipelineTask() {
            return TokenClassificationPipeline.TASK;
        }

        @Override
        public TokenClassificationOptions options() {
            TokenClassificationOptions options = TokenClassificationOptions.DEFAULT
                    .withAggregation(aggregation)
                    .withBatchSize(batchSize);
            return stride < 0 ? options : options.withStride(stride);
        }

        @Override
        public List<String> inputs(Row row) {
            return row.isNullAt(column) ? null : List.of(row.getString(column));
        }

        @Override
        public Object column(List<TokenClassification> answers) {
            return answers.getFirst().entities().stream().map(Task::entity).toArray(Row[]::new);
        }

        private static Row entity(Entity entity) {
            int start = entity.codePoints().start();
            int end = entity.codePoints().end();
            return RowFactory.create(entity.label(), entity.score(), entity.word(), start, end);
        }

        @Override
        public long truncatedTokens(TokenClassification answer) {
            return answer.truncatedTokens();
        }
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<TokenClassifier> read() {
        return new DefaultParamsReader<>();
    }

    /** What was saved at a path. */
    public static TokenClassifier load(String path) {
        return read().load(path);
    }
}
