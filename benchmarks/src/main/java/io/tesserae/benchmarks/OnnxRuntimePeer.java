package io.tesserae.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        try (Feed feed = feed(workload)) {
            return run(feed);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed on " + workload + ": " + e.getMessage(), e);
        }
    }

    /** Times the model alone: the input tensors are made beforehand. */
    @Override
    public Timing time(Workload workload, double seconds) {
        try (Feed feed = feed(workload)) {
            return Timing.of(seconds, () -> run(feed));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed on " + workload + ": " + e.getMessage(), e);
        }
    }

    /** A workload in the runtime's memory: its inputs by their names. */
    private record Feed(Map<String, OnnxTensor> inputs) implements AutoCloseable {

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private Feed feed(Workload workload) throws OrtException {
        return new Feed(
                switch (workload) {
                    case TokenWorkload tokens ->
                        Map.of(
                                "input_ids", OnnxTensor.createTensor(environment, tokens.inputIds()),
                                "attention_mask", OnnxTensor.createTensor(environment, tokens.attentionMask()));
                    case ImageWorkload images -> Map.of("pixel_values", pixelValues(images));
                });
    }

    private OnnxTensor pixelValues(ImageWorkload images) throws OrtException {
        long[] shape = Arrays.stream(images.shape()).asLongStream().toArray();
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(images.pixelValues()), shape);
    }

    private float[][] run(Feed feed) throws OrtException {
        try (OrtSession.Result result = session.run(feed.inputs(), Set.of("logits"))) {
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
