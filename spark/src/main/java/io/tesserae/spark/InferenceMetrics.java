package io.tesserae.spark;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * What a transformer has done so far on all executors. The numbers are Spark's accumulators, and are on the pages of stages in its
 * user interface, too. Those of a task that failed are not in them; a stage that is computed twice is counted twice.
 */
public final class InferenceMetrics implements Serializable {

    private static final long serialVersionUID = 1;

    private final LongAccumulator rows;
    private final LongAccumulator failedRows;
    private final LongAccumulator tokens;
    private final LongAccumulator truncatedTokens;
    private final DoubleAccumulator seconds;

    /** Registers the accumulators. */
    InferenceMetrics(SparkContext context, String name) {
        rows = context.longAccumulator(name + " rows");
        failedRows = context.longAccumulator(name + " failed rows");
        tokens = context.longAccumulator(name + " tokens");
        truncatedTokens = context.longAccumulator(name + " truncated tokens");
        seconds = context.doubleAccumulator(name + " seconds");
    }

    /** Rows that came through, failed ones and those of nulls included. */
    public long rows() {
        return rows.sum();
    }

    /** Rows that have a reason instead of an answer. */
    public long failedRows() {
        return failedRows.sum();
    }

    /** Tokens that models read; 0 where answers do not say, as only those of {@link SentenceEmbedder} do. */
    public long tokens() {
        return tokens.sum();
    }

    /** Tokens that were cut off because a text was too long for the model. */
    public long truncatedTokens() {
        return truncatedTokens.sum();
    }

    /** Seconds that tasks spent in the pipeline, without loading it and without waiting for rows; tasks side by side add up. */
    public double seconds() {
        return seconds.sum();
    }

    void countRow() {
        rows.add(1);
    }

    void countFailedRow() {
        failedRows.add(1);
    }

    void countTokens(long read, long truncated) {
        tokens.add(read);
        truncatedTokens.add(truncated);
    }

    void countNanoseconds(long nanoseconds) {
        seconds.add(nanoseconds * 1e-9);
    }

    /** What came through, in a line. */
    @Override
    public String toString() {
        return rows() + " rows, " + failedRows() + " of them failed, in " + seconds() + " s; " + tokens()
                + " tokens read, " + truncatedTokens() + " cut off";
    }
}
