package io.tesserae.benchmarks;

import com.sun.management.ThreadMXBean;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** How much of the heap a call takes once everything is compiled and the workspaces are there. */
final class Allocation {

    /**
     * Of one workload.
     *
     * @param bytes in one call, of all threads, the result included
     * @param resultBytes of the array of logits
     */
    record Result(int threads, String workload, double bytes, double resultBytes) {}

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ARRAY_HEADER = 16;
    private static final int CALLS = 20;
    private static final double WARM_UP_SECONDS = 5;

    private Allocation() {}

    /**
     * Calls a model again and again, first so long that the compiler is done: code that is not compiled makes an object of
     * every vector.
     */
    static List<Result> measure(Path model, List<Workload> workloads, int threads) {
        try (Engine engine = Engine.builder().threads(threads).build();
                var classifier =
                        AutoModelForSequenceClassification.fromPretrained(ModelFiles.directory(model), engine)) {
            return workloads.stream()
                    .map(TokenWorkload.class::cast)
                    .map(workload -> {
                        TokenBatch batch = workload.tokenBatch();
                        Supplier<Tensor> call = () -> classifier.forward(batch).logits();
                        Timing.of(WARM_UP_SECONDS, call::get);
                        double logits = (double) Float.BYTES * call.get().size();
                        return new Result(
                                threads, workload.toString(), bytesPerCall(call, CALLS), ARRAY_HEADER + logits);
                    })
                    .toList();
        }
    }

    /** Bytes that a call allocates, by whatever thread: the least of three series, since a background thread may join in. */
    static double bytesPerCall(Supplier<?> call, int calls) {
        double least = Double.POSITIVE_INFINITY;
        for (int series = 0; series < 3; series++) {
            long before = THREADS.getTotalThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                call.get();
            }
            least = Math.min(least, (double) (THREADS.getTotalThreadAllocatedBytes() - before) / calls);
        }
        return least;
    }

    static String table(List<Result> results) {
        MarkdownTable table = new MarkdownTable(
                2, List.of("threads", "workload", "bytes a call", "of them logits", "beyond the result"));
        for (Result result : results) {
            table.add(List.of(
                    Integer.toString(result.threads),
                    result.workload,
                    MarkdownTable.number("%,.0f", result.bytes),
                    MarkdownTable.number("%,.0f", result.resultBytes),
                    MarkdownTable.number("%,.0f", result.bytes - result.resultBytes)));
        }
        return table.toString();
    }
}
