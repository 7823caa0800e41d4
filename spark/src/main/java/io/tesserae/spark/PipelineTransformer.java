package io.tesserae.spark;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A pipeline as a transformer of spark.ml: a column in, a column of answers out, rows in their order. Usable by itself or in a {@link
 * org.apache.spark.ml.Pipeline}, saved and loaded with it; what is saved are the parameters, not the model.
 *
 * <p>Each executor loads the model once and computes with as many threads as it has cores. The rows of a partition go through the
 * model in ragged batches. Answers are those of the pipeline in one process, to the last bit, however the rows are partitioned.
 *
 * <p>A row whose input is null has null for an answer. What the pipeline refuses is up to {@link #errorMode}.
 *
 * @param <S> the transformer itself, which its setters return
 */
public abstract class PipelineTransformer<S extends PipelineTransformer<S>> extends Transformer
        implements DefaultParamsWritable {

    private static final long serialVersionUID = 1;

    /** How large a model is carried to executors by default. */
    private static final long BROADCAST_LIMIT = 256L << 20;

    private final String uid;
    private final Param<String> inputCol;
    private final Param<String> outputCol;
    private final Param<String> modelPath;
    private final LongParam broadcastLimit;
    private final IntParam batchSize;
    private final IntParam threads;
    private final Param<String> errorMode;
    private final Param<String> errorCol;

    private transient Published published;
    private transient Counted counted;

    /** A model that was brought to the executors of an application. */
    private record Published(SparkContext context, String path, long limit, ModelSource source) {}

    private record Counted(SparkContext context, InferenceMetrics metrics) {}

    PipelineTransformer(String uid) {
        this.uid = Arguments.require(uid, "uid");
        inputCol = new Param<>(this, "inputCol", "the column that the pipeline reads");
        outputCol = new Param<>(this, "outputCol", "the column of answers, which must not be there yet");
        modelPath = new Param<>(
                this,
                "modelPath",
                "a checkpoint's folder; or hub:NAME, in the hub's cache; or sparkfiles:NAME, an entry of spark.archives");
        broadcastLimit = new LongParam(
                this,
                "broadcastLimit",
                "a model of at most as many bytes is broadcast; executors read larger ones where modelPath says",
                ParamValidators.gtEq(0));
        batchSize = new IntParam(
                this,
                "batchSize",
                "how many inputs go through the model together; 0: as many as make good use of it",
                ParamValidators.gtEq(0));
        threads = new IntParam(
                this,
                "threads",
                "threads of an executor's engine, which its tasks share; 0: as many as it has cores",
                ParamValidators.gtEq(0));
        errorMode = new Param<>(
                this,
                "errorMode",
                "what becomes of a row that the pipeline refuses: \"fail\", the job fails; \"null\", the row has no answer"
                        + " and a reason in errorCol",
                ParamValidators.inArray(ErrorMode.parameters()));
        errorCol = new Param<>(this, "errorCol", "the column of reasons where errorMode is \"null\"");
        setDefault(outputCol, uid + "__output");
        setDefault(broadcastLimit, BROADCAST_LIMIT);
        setDefault(batchSize, 0);
        setDefault(threads, 0);
        setDefault(errorMode, ErrorMode.FAIL.parameter());
    }

    /** The column that the pipeline reads. */
    public final Param<String> inputCol() {
        return inputCol;
    }

    /** The value of {@link #inputCol}. */
    public final String getInputCol() {
        return required(inputCol);
    }

    /** Sets {@link #inputCol}. */
    public final S setInputCol(String column) {
        return with(inputCol, column);
    }

    /** The column of answers; by default a name that nobody else has. It must not be there yet. */
    public final Param<String> outputCol() {
        return outputCol;
    }

    /** The value of {@link #outputCol}. */
    public final String getOutputCol() {
        return required(outputCol);
    }

    /** Sets {@link #outputCol}. */
    public final S setOutputCol(String column) {
        return with(outputCol, column);
    }

    /**
     * Where the model is: the path of a checkpoint's folder; {@code hub:NAME}, a model in the hub's cache, which is not downloaded; or
     * {@code sparkfiles:NAME}, what {@code spark.archives} unpacks under this name.
     */
    public final Param<String> modelPath() {
        return modelPath;
    }

    /** The value of {@link #modelPath}. */
    public final String getModelPath() {
        return required(modelPath);
    }

    /** Sets {@link #modelPath}. */
    public final S setModelPath(String path) {
        return with(modelPath, path);
    }

    /**
     * A model that the driver sees and that has at most as many bytes is broadcast to the executors; a larger one they read where
     * {@link #modelPath} says. 256 MiB by default; 0: nothing is broadcast.
     */
    public final LongParam broadcastLimit() {
        return broadcastLimit;
    }

    /** The value of {@link #broadcastLimit}. */
    public final long getBroadcastLimit() {
        return (Long) required(broadcastLimit);
    }

    /** Sets {@link #broadcastLimit}. */
    public final S setBroadcastLimit(long bytes) {
        return with(broadcastLimit, bytes);
    }

    /** How many inputs go through the model together; 0, the default: as many as make good use of it. No answer depends on it. */
    public final IntParam batchSize() {
        return batchSize;
    }

    /** The value of {@link #batchSize}. */
    public final int getBatchSize() {
        return (Integer) required(batchSize);
    }

    /** Sets {@link #batchSize}. */
    public final S setBatchSize(int inputs) {
        return with(batchSize, inputs);
    }

    /** Threads of an executor's engine, which all of its tasks share; 0, the default: as many as the executor has cores. */
    public final IntParam threads() {
        return threads;
    }

    /** The value of {@link #threads}. */
    public final int getThreads() {
        return (Integer) required(threads);
    }

    /** Sets {@link #threads}. */
    public final S setThreads(int count) {
        return with(threads, count);
    }

    /**
     * What becomes of a row that the pipeline refuses: with {@code "fail"}, the default, the job fails; with {@code "null"} the row has
     * no answer, and a reason in {@link #errorCol}.
     */
    public final Param<String> errorMode() {
        return errorMode;
    }

    /** The value of {@link #errorMode}. */
    public final String getErrorMode() {
        return required(errorMode);
    }

    /** Sets {@link #errorMode}. */
    public final S setErrorMode(String mode) {
        return with(errorMode, mode);
    }

    /** The column of reasons where {@link #errorMode} is {@code "null"}; by default {@link #outputCol} with {@code _error}. */
    public final Param<String> errorCol() {
        return errorCol;
    }

    /** The value of {@link #errorCol}. */
    public final String getErrorCol() {
        return isDefined(errorCol) ? required(errorCol) : getOutputCol() + "_error";
    }

    /** Sets {@link #errorCol}. */
    public final S setErrorCol(String column) {
        return with(errorCol, column);
    }

    /** A name that no other transformer has. */
    @Override
    public final String uid() {
        return uid;
    }

    /** A transformer of the same parameters. */
    @Override
    public final S copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /**
     * Adds the column of answers, and that of reasons where there is one.
     *
     * @throws IllegalArgumentException if an input column is missing or of another type, or an output column is there already
     */
    @Override
    public final StructType transformSchema(StructType schema) {
        for (StructField expected : inputs().fields()) {
            checkInput(schema, expected);
        }
        StructType answers = addColumn(schema, getOutputCol(), outputType());
        return mode() == ErrorMode.NULL ? addColumn(answers, getErrorCol(), DataTypes.StringType) : answers;
    }

    /** Adds answers to rows, when they are asked for; the model is read or broadcast now. */
    @Override
    public final Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = transformSchema(dataset.schema());
        SparkContext context = dataset.sparkSession().sparkContext();
        RowTask<?, ?, ?> task = task(dataset.schema());
        return dataset.toDF().mapPartitions(partition(task, context), Encoders.row(schema));
    }

    private <I, O, A> AnswerPartition<I, O, A> partition(RowTask<I, O, A> task, SparkContext context) {
        task.options(); // what cannot be is said on the driver
        return new AnswerPartition<>(task, source(context), getThreads(), mode(), metrics(context));
    }

    /**
     * What this transformer has done so far.
     *
     * @throws IllegalStateException if it has transformed nothing yet
     */
    public final synchronized InferenceMetrics metrics() {
        if (counted == null) {
            throw new IllegalStateException(uid + ": transform was not called yet, so there is nothing to count");
        }
        return counted.metrics();
    }

    private synchronized InferenceMetrics metrics(SparkContext context) {
        if (counted == null || counted.context() != context) {
            counted = new Counted(context, new InferenceMetrics(context, uid));
        }
        return counted.metrics();
    }

    private synchronized ModelSource source(SparkContext context) {
        String path = getModelPath();
        long limit = getBroadcastLimit();
        if (published == null
                || published.context() != context
                || published.limit() != limit
                || !published.path().equals(path)) {
            published = new Published(context, path, limit, ModelLocation.source(context, path, limit));
        }
        return published.source();
    }

    /** What executors do with rows of this schema. */
    abstract RowTask<?, ?, ?> task(StructType schema);

    /** The columns that are read, by name and type. */
    StructType inputs() {
        return new StructType().add(getInputCol(), DataTypes.StringType);
    }

    /** The type of the column of answers. */
    abstract DataType outputType();

    private ErrorMode mode() {
        return ErrorMode.of(getErrorMode());
    }

    private void checkInput(StructType schema, StructField expected) {
        List<String> names = Arrays.asList(schema.fieldNames());
        int index = names.indexOf(expected.name());
        if (index < 0) {
            throw new IllegalArgumentException(uid + ": there is no column \"" + expected.name()
                    + "\"; the columns are " + String.join(", ", names));
        }
        DataType found = schema.fields()[index].dataType();
        if (!DataType.equalsIgnoreNullability(expected.dataType(), found)) {
            throw new IllegalArgumentException(uid + ": the column \"" + expected.name() + "\": expected the type "
                    + expected.dataType().simpleString() + ", found " + found.simpleString());
        }
    }

    private StructType addColumn(StructType schema, String name, DataType type) {
        if (Arrays.asList(schema.fieldNames()).contains(name)) {
            throw new IllegalArgumentException(
                    uid + ": the column \"" + name + "\" is there already; set another outputCol or errorCol");
        }
        return schema.add(name, type);
    }

    final <T> T required(Param<T> param) {
        if (!isDefined(param)) {
            throw new IllegalArgumentException(uid + ": " + param.name() + " is not set: " + param.doc());
        }
        return getOrDefault(param);
    }

    /** Sets a parameter, which has to be somewhat. */
    @SuppressWarnings("unchecked") // S is this class
    final <T> S with(Param<T> param, T value) {
        set(param, Arguments.require(value, param.name()));
        return (S) this;
    }
}
