package io.tesserae.spark;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.Pipeline;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Functions of Spark SQL: {@code tesserae_classify(text)} and {@code tesserae_embed(text)}.
 *
 * <p>Null has null for an answer. What a pipeline refuses, a text that is too long, fails the query; {@code try_tesserae_classify} and
 * {@code try_tesserae_embed} answer null then, as Spark's own {@code try_} functions do.
 *
 * <p>SQL calls a function row by row, so there is one text in a batch. {@linkplain PipelineTransformer Transformers} see many rows at a
 * time, and are faster with models that are small.
 */
public final class TesseraeFunctions {

    /** How large a model is carried to executors; of a larger one they read the path. */
    private static final long BROADCAST_LIMIT = 256L << 20;

    private TesseraeFunctions() {}

    /**
     * Registers all functions in a session.
     *
     * @param classifier the model of {@code tesserae_classify}: a path, {@code hub:NAME} or {@code sparkfiles:NAME}, as {@link
     *     PipelineTransformer#modelPath} has it
     * @param embedder the model of {@code tesserae_embed}, likewise
     */
    public static void register(SparkSession session, String classifier, String embedder) {
        registerClassify(session, classifier);
        registerEmbed(session, embedder);
    }

    /**
     * Registers {@code tesserae_classify(text)}, whose answer is {@code struct<label: string, score: float, labels: array<struct<label,
     * score>>>}, and {@code try_tesserae_classify}.
     *
     * @param model a path, {@code hub:NAME} or {@code sparkfiles:NAME}
     */
    public static void registerClassify(SparkSession session, String model) {
        var task = new TextClassifier.Task(0, 1, false, 0);
        register(session, "tesserae_classify", task, model, Columns.CLASSIFICATION);
    }

    /**
     * Registers {@code tesserae_embed(text)}, whose answer is {@code array<float>}, and {@code try_tesserae_embed}.
     *
     * @param model a path, {@code hub:NAME} or {@code sparkfiles:NAME}
     */
    public static void registerEmbed(SparkSession session, String model) {
        var task = new SentenceEmbedder.Task(0, null, null, 0, false, 0);
        register(session, "tesserae_embed", task, model, Columns.VECTOR);
    }

    private static void register(
            SparkSession session, String name, RowTask<?, ?, ?> task, String model, DataType answer) {
        Arguments.require(session, "session");
        Arguments.require(model, "model");
        ModelSource source = ModelLocation.source(session.sparkContext(), model, BROADCAST_LIMIT);
        session.udf().register(name, new Function<>(task, source, ErrorMode.FAIL), answer);
        session.udf().register("try_" + name, new Function<>(task, source, ErrorMode.NULL), answer);
    }

    /** What executors do with a text. Each task has a copy of its own, which keeps its pipeline until the task ends. */
    private static final class Function<I, O, A> implements UDF1<String, Object> {

        private static final long serialVersionUID = 1;

        private final RowTask<I, O, A> task;
        private final ModelSource source;
        private final ErrorMode errorMode;
        private transient Pipeline<I, O, A> pipelineOfTask;

        Function(RowTask<I, O, A> task, ModelSource source, ErrorMode errorMode) {
            this.task = task;
            this.source = source;
            this.errorMode = errorMode;
        }

        @Override
        public Object call(String text) throws InterruptedException {
            List<I> inputs = task.inputs(RowFactory.create(text));
            if (inputs == null) {
                return null;
            }
            TaskContext context = TaskContext.get();
            if (context != null) {
                return answer(pipelineUntilEnd(context), inputs);
            }
            // On the driver, where a query is answered while it is planned.
            try (var lease = ExecutorPipelines.lease(task.pipelineTask(), source, 0)) {
                return answer(lease.pipeline(), inputs);
            }
        }

        private Pipeline<I, O, A> pipelineUntilEnd(TaskContext context) throws InterruptedException {
            if (pipelineOfTask == null) {
                var lease = ExecutorPipelines.lease(task.pipelineTask(), source, 0);
                context.addTaskCompletionListener((TaskCompletionListener) _ -> {
                    pipelineOfTask = null;
                    lease.close();
                });
                pipelineOfTask = lease.pipeline();
            }
            return pipelineOfTask;
        }

        private Object answer(Pipeline<I, O, A> pipeline, List<I> inputs) {
            try {
                return task.column(pipeline.answer(inputs, task.options()));
            } catch (IllegalArgumentException e) {
                if (errorMode == ErrorMode.FAIL) {
                    throw e;
                }
                return null;
            }
        }
    }
}
