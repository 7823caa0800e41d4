package io.tesserae.spark;

import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What differs from one transformer to the next: which pipeline is asked, what of a row it is asked, and what its answers are in a
 * column. It travels to executors, so it is a record of plain values and knows no transformer.
 *
 * @param <I> inputs of the pipeline
 * @param <O> its choices
 * @param <A> its answers
 */
interface RowTask<I, O, A> extends Serializable {

    /** The pipeline's task. */
    PipelineTask<? extends Pipeline<I, O, A>> pipelineTask();

    /** The pipeline's choices; made where it runs, since they are not serialisable. */
    O options();

    /**
     * What of a row the pipeline is asked; null where the row has nothing to ask, as its column is null.
     *
     * @throws IllegalArgumentException if the row is no good
     */
    List<I> inputs(Row row);

    /** The value of the output column: answers to the inputs of a row, in their order. */
    Object column(List<A> answers);

    /** How many tokens the model read for an answer; 0 where the answer does not say. */
    default long tokens(A answer) {
        return 0;
    }

    /** How many tokens were cut off because a text was too long for the model; 0 where the answer does not say. */
    default long truncatedTokens(A answer) {
        return 0;
    }
}
