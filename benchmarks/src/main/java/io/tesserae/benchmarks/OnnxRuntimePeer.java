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

    private final OrtEnvironment environment;
    private final OrtSession session;

    /**
     * Loads {@code model.onnx}.
     *
     * @param folder that holds it, as {@code peers/export_onnx.py} writes it
     * @param threads within one operator; operators run one after the other
     */
    public OnnxRuntimePeer(Path folder, int threads) {
        Path model = folder.resolve("model.onnx");
        if (!Files.isRegularFile(model)) {
            throw new IllegalArgumentException(
                    model + ": no such file; benchmarks/peers/export_onnx.py " + folder + " makes it");
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
        return "ONNX Runtime " + environment.getVersion();
    }

    @Override
    public float[][] logits(Workload workload) {
        try (Feeds feeds = feeds(workload)) {
            List<float[]> rows = new ArrayList<>();
            for (Map<String, OnnxTensor> batch : feeds.batches()) {
                rows.addAll(List.of(run(batch)));
            }
            return workload instanceof CorpusWorkload corpus ? corpus.inOrder(rows) : rows.toArray(float[][]::new);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed on " + workload.title() + ": " + e.getMessage(), e);
        }
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
            case CorpusWorkload corpus -> {
                for (int[] batch : corpus.batches()) {
                    batches.add(tokens(corpus.paddedIds(batch), corpus.attentionMask(batch)));
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
