package io.tesserae.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /**
     * Runs the model.
     *
     * @param inputIds {@code [batch, sequence]}
     * @param attentionMask {@code [batch, sequence]}, 1 for a token, 0 for padding
     * @return {@code [batch, labels]}
     */
    public float[][] logits(long[][] inputIds, long[][] attentionMask) {
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, inputIds);
                OnnxTensor mask = OnnxTensor.createTensor(environment, attentionMask)) {
            return run(Map.of("input_ids", ids, "attention_mask", mask));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
    }

    @Override
    public float[][] logits(Workload workload) {
        return logits(workload.inputIds(), workload.attentionMask());
    }

    /** Times the model alone: the input tensors are made beforehand. */
    @Override
    public Timing time(Workload workload, double seconds) {
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, workload.inputIds());
                OnnxTensor mask = OnnxTensor.createTensor(environment, workload.attentionMask())) {
            Map<String, OnnxTensor> feed = Map.of("input_ids", ids, "attention_mask", mask);
            return Timing.of(seconds, () -> run(feed));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed on " + workload + ": " + e.getMessage(), e);
        }
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
