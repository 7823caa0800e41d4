package io.tesserae.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime, by its own Java library: the native engine that a JVM application would use today.
 *
 * <p>It gets its best: all graph optimisations, and the graph that {@code peers/export_onnx.py} found fastest. The native
 * library is loaded from the jar; JDK 25 warns unless started with {@code --enable-native-access=ALL-UNNAMED} (the
 * manifest of {@code benchmarks.jar} says so already).
 */
public final class OnnxRuntimePeer implements Contender {

    /** What a graph computes with. */
    enum Precision {
        FLOAT32("", "model.onnx", "export_onnx.py"),
        /** Weights, and activations as they come, quantised to 8 bits. Its answers are others. */
        INT8(" int8", "model-int8.onnx", "quantize_onnx.py");

        private final String suffix;
        private final String file;
        private final String script;

        Precision(String suffix, String file, String script) {
            this.suffix = suffix;
            this.file = file;
            this.script = script;
        }

        /** The graph in a checkpoint's folder. */
        Path graph(Path folder) {
            return folder.resolve(file);
        }
    }

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Precision precision;

    /** Loads {@code model.onnx}, see the other constructor. */
    public OnnxRuntimePeer(Path folder, int threads) {
        this(folder, threads, Precision.FLOAT32);
    }

    /**
     * Loads the graph of this precision.
     *
     * @param folder that holds it, as {@code peers/export_onnx.py} and {@code quantize_onnx.py} write it
     * @param threads within one operator; operators run one after the other
     */
    OnnxRuntimePeer(Path folder, int threads, Precision precision) {
        this.precision = precision;
        Path model = precision.graph(folder);
        if (!Files.isRegularFile(model)) {
            throw new IllegalArgumentException(
                    model + ": no such file; benchmarks/peers/" + precision.script + " " + folder + " makes it");
        }
        environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session = environment.createSession(model.toString(), options);
        } catch (OrtException e) {
            throw new IllegalStateException(model + ": ONNX Runtime cannot load it: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "ONNX Runtime " + environment.getVersion() + precision.suffix;
    }

    @Override
    public float[][] logits(Workload workload) {
        try (Feeds feeds = feeds(workload)) {
            List<float[]> rows = new ArrayList<>();
            for (Map<String, OnnxTensor> batch : feeds.batches()) {
                rows.addAll(List.of(run(batch)));
            }
            return workload instanceof PaddedWorkload texts ? texts.inOrder(rows) : rows.toArray(float[][]::new);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed on " + workload.title() + ": " + e.getMessage(), e);
        }
    }

    /**
     * The logits of one batch of texts.
     *
     * @param inputIds {@code [batch, sequence]}, padded to the longest
     * @param attentionMask of the same shape: 1 where there is a token, 0 where there is none
     * @return {@code [batch, labels]}
     */
    public float[][] logits(long[][] inputIds, long[][] attentionMask) {
        Map<String, OnnxTensor> batch = Map.of();
        try {
            batch = tokens(inputIds, attentionMask);
            return run(batch);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed on a batch of texts: " + e.getMessage(), e);
        } finally {
            batch.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public boolean isExact() {
        return precision == Precision.FLOAT32;
    }

    /** Times the model alone: the input tensors are made beforehand. */
    @Override
    public Timing time(Workload workload, double seconds) {
        try (Feeds feeds = feeds(workload)) {
            return Timing.of(workload.warmUpRuns(), seconds, () -> {
                for (Map<String, OnnxTensor> batch : feeds.batches()) {
                    run(batch);
                }
            });
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed on " + workload.title() + ": " + e.getMessage(), e);
        }
    }

    /** A workload in the runtime's memory, batch by batch: inputs by their names. */
    private record Feeds(List<Map<String, OnnxTensor>> batches) implements AutoCloseable {

        @Override
        public void close() {
            batches.forEach(batch -> batch.values().forEach(OnnxTensor::close));
        }
    }

    private Feeds feeds(Workload workload) throws OrtException {
        List<Map<String, OnnxTensor>> batches = new ArrayList<>();
        switch (workload) {
            case TokenWorkload tokens -> batches.add(tokens(tokens.inputIds(), tokens.attentionMask()));
            case PaddedWorkload texts -> {
                for (int[] batch : texts.batches()) {
                    batches.add(tokens(texts.paddedIds(batch), texts.attentionMask(batch)));
                }
            }
            case ImageWorkload images -> batches.add(Map.of("pixel_values", pixelValues(images)));
        }
        return new Feeds(batches);
    }

    private Map<String, OnnxTensor> tokens(long[][] inputIds, long[][] attentionMask) throws OrtException {
        return Map.of(
                "input_ids", OnnxTensor.createTensor(environment, inputIds),
                "attention_mask", OnnxTensor.createTensor(environment, attentionMask));
    }

    private OnnxTensor pixelValues(ImageWorkload images) throws OrtException {
        long[] shape = Arrays.stream(images.shape()).asLongStream().toArray();
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(images.pixelValues()), shape);
    }

    private float[][] run(Map<String, OnnxTensor> feed) throws OrtException {
        try (OrtSession.Result result = session.run(feed, Set.of("logits"))) {
            return (float[][]) result.get(0).getValue();
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot close its session: " + e.getMessage(), e);
        }
    }
}
