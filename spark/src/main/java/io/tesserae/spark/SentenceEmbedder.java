package io.tesserae.spark;

import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.task.PipelineTask;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Texts and their embeddings: {@link SentenceEmbeddingPipeline}. The answer is {@code array<float>}.
 */
public final class SentenceEmbedder extends PipelineTransformer<SentenceEmbedder> {

    private static final long serialVersionUID = 1;

    private final Param<String> prompt = new Param<>(this, "prompt", "a text that is put before every text, as it is");
    private final Param<String> promptName =
            new Param<>(this, "promptName", "which of the model's prompts is put before every text");
    private final IntParam dimensions = new IntParam(
            this,
            "dimensions",
            "how many numbers of an embedding to keep, from its beginning; not set: as the model says",
            ParamValidators.gtEq(1));
    private final BooleanParam normalize =
            new BooleanParam(this, "normalize", "whether embeddings are divided by their length in the end");

    /** With a name of its own. */
    public SentenceEmbedder() {
        this(Identifiable$.MODULE$.randomUID("sentenceEmbedder"));
    }

    /** With this name. */
    public SentenceEmbedder(String uid) {
        super(uid);
        setDefault(normalize, SentenceEmbeddingOptions.DEFAULT.normalize());
    }

    /** A text that is put before every text, as it is; the empty one takes the model's default away. */
    public Param<String> prompt() {
        return prompt;
    }

    /** The value of {@link #prompt}. */
    public String getPrompt() {
        return required(prompt);
    }

    /** Sets {@link #prompt}. */
    public SentenceEmbedder setPrompt(String value) {
        return with(prompt, value);
    }

    /** Which of the model's prompts is put before every text; not set: its default, if it has one. */
    public Param<String> promptName() {
        return promptName;
    }

    /** The value of {@link #promptName}. */
    public String getPromptName() {
        return required(promptName);
    }

    /** Sets {@link #promptName}. */
    public SentenceEmbedder setPromptName(String value) {
        return with(promptName, value);
    }

    /** How many numbers of an embedding to keep, from its beginning; not set: as the model says. */
    public IntParam dimensions() {
        return dimensions;
    }

    /** The value of {@link #dimensions}. */
    public int getDimensions() {
        return (Integer) required(dimensions);
    }

    /** Sets {@link #dimensions}. */
    public SentenceEmbedder setDimensions(int value) {
        return with(dimensions, value);
    }

    /** Whether embeddings are divided by their length in the end, whatever the model does. False by default. */
    public BooleanParam normalize() {
        return normalize;
    }

    /** The value of {@link #normalize}. */
    public boolean getNormalize() {
        return (Boolean) required(normalize);
    }

    /** Sets {@link #normalize}. */
    public SentenceEmbedder setNormalize(boolean value) {
        return with(normalize, value);
    }

    @Override
    DataType outputType() {
        return Columns.VECTOR;
    }

    @Override
    RowTask<?, ?, ?> task(StructType schema) {
        return new Task(
                schema.fieldIndex(getInputCol()),
                isDefined(prompt) ? getPrompt() : null,
                isDefined(promptName) ? getPromptName() : null,
                isDefined(dimensions) ? getDimensions() : 0,
                getNormalize(),
                getBatchSize());
    }

    /** What executors do. */
    record Task(int column, String prompt, String promptName, int dimensions, boolean normalize, int batchSize)
            implements RowTask<String, SentenceEmbeddingOptions, SentenceEmbedding> {

        @Override
        public PipelineTask<SentenceEmbeddingPipeline> pipelineTask() {
            return SentenceEmbeddingPipeline.TASK;
        }

        @Override
        public SentenceEmbeddingOptions options() {
            return new SentenceEmbeddingOptions(
                    Optional.ofNullable(promptName),
                    Optional.ofNullable(prompt),
                    dimensions == 0 ? OptionalInt.empty() : OptionalInt.of(dimensions),
                    normalize,
                    batchSize);
        }

        @Override
        public List<String> inputs(Row row) {
            return row.isNullAt(column) ? null : List.of(row.getString(column));
        }

        @Override
        public Object column(List<SentenceEmbedding> answers) {
            return answers.getFirst().vector();
        }

        @Override
        public long tokens(SentenceEmbedding answer) {
            return answer.tokens();
        }

        @Override
        public long truncatedTokens(SentenceEmbedding answer) {
            return answer.truncatedTokens();
        }
    }

    /** Reads what {@code write()} wrote. */
    public static MLReader<SentenceEmbedder> read() {
        return new DefaultParamsReader<>();
    }

    /** What was saved at a path. */
    public static SentenceEmbedder load(String path) {
        return read().load(path);
    }
}
