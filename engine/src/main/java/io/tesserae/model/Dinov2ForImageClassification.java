package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * DINOv2 with a linear classifier on the class token and the mean of the patches, side by side: transformers' {@code
 * Dinov2ForImageClassification}.
 */
public final class Dinov2ForImageClassification implements ImageClassifier {

    private final Dinov2 dinov2;
    private final Linear classifier; // [labels, 2 · hidden]

    private Dinov2ForImageClassification(Dinov2 dinov2, Linear classifier) {
        this.dinov2 = dinov2;
        this.classifier = classifier;
    }

    /**
     * Loads the model.
     *
     * @param labels how many labels {@code config.json} says there are
     * @param source the checkpoint's tensors; closed when the model is loaded
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static Dinov2ForImageClassification load(
            Engine engine, Dinov2Config config, int labels, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = StateDict.of(source, config.basePrefix() + ".");
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, 2 * config.hiddenSize());
        Dinov2 dinov2 = Dinov2.loadBelow(engine, config, weights.at(config.basePrefix()));
        weights.requireAllUsed(Dinov2::belongsToSomeHead);
        source.close();
        return new Dinov2ForImageClassification(dinov2, classifier);
    }

    @Override
    public ImageClassifierOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        int[] sequenceStarts = dinov2.sequenceStarts(batch);
        Recording recording = new Recording(options, sequenceStarts, dinov2.heads());
        Tensor logits = Tensor.zeros(batch.images(), labels()); // [images, labels]
        try (Workspace workspace = dinov2.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor hiddenStates = dinov2.encode(frame, batch, sequenceStarts, recording, Rows.ALL); // [tokens, hidden]
            Tensor features = features(frame, hiddenStates, sequenceStarts); // [images, 2 · hidden]
            classifier.forward(workspace, features, Epilogue.NONE, logits);
        }
        return new ImageClassifierOutput(
                sequenceStarts,
                NotFinite.warn("logits", logits),
                Optional.empty(),
                Optional.empty(),
                recording.allHiddenStates(),
                recording.allAttentions());
    }

    private Tensor features(Frame frame, Tensor hiddenStates, int[] sequenceStarts) {
        int images = sequenceStarts.length - 1;
        int hidden = hiddenStates.dimension(1);
        Tensor features = frame.tensor(images, 2 * hidden);
        for (int i = 0; i < images; i++) {
            int to = i * 2 * hidden;
            System.arraycopy(hiddenStates.data(), sequenceStarts[i] * hidden, features.data(), to, hidden);
            float[] mean = mean(hiddenStates, sequenceStarts[i] + dinov2.prefixTokens(), sequenceStarts[i + 1]);
            System.arraycopy(mean, 0, features.data(), to + hidden, hidden);
        }
        return features;
    }

    /** The mean of neighbouring rows, added up like every long sum: row i in chain i mod 16, then half upon half. */
    private float[] mean(Tensor rows, int from, int to) {
        Kernels kernels = dinov2.engine().machine().kernels();
        int width = rows.dimension(1);
        float[] partial = new float[Kernels.PARTIAL_SUMS * width]; // [chains, width]
        for (int row = from; row < to; row++) {
            int chain = (row - from) % Kernels.PARTIAL_SUMS;
            kernels.addScaled(1f, rows.data(), row * width, partial, chain * width, width);
        }
        for (int half = partial.length / 2; half >= width; half /= 2) {
            kernels.addScaled(1f, partial, half, partial, 0, half);
        }
        float[] mean = Arrays.copyOf(partial, width);
        for (int i = 0; i < width; i++) {
            mean[i] /= to - from;
        }
        return mean;
    }

    @Override
    public Dinov2 encoder() {
        return dinov2;
    }

    @Override
    public int labels() {
        return classifier.outFeatures();
    }
}
