package io.tesserae.server.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.tesserae.server.batch.BatchListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntSupplier;

/** Counts requests and batches. Thread-safe; each server has one. */
public final class ServerMetrics {

    private static final double NANOS = 1e9;
    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
    private static final double[] TOKENS = {16, 64, 256, 1024, 2048, 4096, 8192, 16384, 32768};
    private static final double[] SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("tesserae_requests_total")
            .help("Requests that were answered, by route and status.")
            .labelNames("route", "status")
            .register(registry);
    private final Histogram duration = histogram("tesserae_request_duration", "From a request to its answer.", "route")
            .unit(Unit.SECONDS)
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Gauge queue = Gauge.builder()
            .name("tesserae_queue_size")
            .help("Inputs that wait for the model.")
            .labelNames("model", "task")
            .register(registry);
    private final Histogram batchSize = histogram("tesserae_batch_size", "Inputs of a batch.", "model", "task")
            .classicUpperBounds(SIZES)
            .register(registry);
    private final Histogram batchTokens = histogram("tesserae_batch_tokens", "Tokens of a batch.", "model", "task")
            .classicUpperBounds(TOKENS)
            .register(registry);
    private final Histogram inference = histogram(
                    "tesserae_inference_duration", "What the model took for a batch.", "model", "task")
            .unit(Unit.SECONDS)
            .classicUpperBounds(SECONDS)
            .register(registry);

    /**
     * Metrics of a server.
     *
     * @param inWork how many inputs are in work or wait
     */
    public ServerMetrics(IntSupplier inWork) {
        GaugeWithCallback.builder()
                .name("tesserae_inputs_in_work")
                .help("Inputs that are in work or wait: permits that are taken.")
                .callback(callback -> callback.call(inWork.getAsInt()))
                .register(registry);
    }

    private static Histogram.Builder histogram(String name, String help, String... labels) {
        return Histogram.builder().name(name).help(help).labelNames(labels).classicOnly();
    }

    /** A request was answered. */
    public void answered(String route, int status, long nanos) {
        requests.labelValues(route, Integer.toString(status)).inc();
        duration.labelValues(route).observe(nanos / NANOS);
    }

    /** Who is told of a task's batches. */
    public BatchListener listener(String model, String task) {
        var waiting = queue.labelValues(model, task);
        var size = batchSize.labelValues(model, task);
        var tokensOfBatch = batchTokens.labelValues(model, task);
        var took = inference.labelValues(model, task);
        return new BatchListener() {
            @Override
            public void queued(int entries) {
                waiting.inc(entries);
            }

            @Override
            public void batch(int entries, int tokens, long nanos) {
                size.observe(entries);
                tokensOfBatch.observe(tokens);
                took.observe(nanos / NANOS);
            }
        };
    }

    /** The media type of {@link #text}. */
    public static String contentType() {
        return PrometheusTextFormatWriter.CONTENT_TYPE;
    }

    /** All of them, in Prometheus' text format. */
    public byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape(), EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
