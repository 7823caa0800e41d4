package io.tesserae.spark;

import io.tesserae.pipelines.task.Pipeline;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What is done to the rows of a partition. It travels to the executors.
 *
 * @param threads of the executor's engine; 0: as many as it has cores
 */
record AnswerPartition<I, O, A>(
        RowTask<I, O, A> task, ModelSource source, int threads, ErrorMode errorMode, InferenceMetrics metrics)
        implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws InterruptedException {
        if (!rows.hasNext()) {
            return rows; // no model is loaded for nothing
        }
        var lease = ExecutorPipelines.lease(task.pipelineTask(), source, threads);
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) _ -> lease.close());
        Pipeline<I, O, A> pipeline = lease.pipeline();
        return new AnsweredRows<>(rows, pipeline, task, errorMode, metrics);
    }
}
