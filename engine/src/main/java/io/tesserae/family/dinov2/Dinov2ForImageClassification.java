package io.tesserae.family.dinov2;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.ImageClassifier.Scores;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Arrays;

/**
 * DINOv2 with a linear classifier on the class token and the mean of the patches, side by side: transformers' {@code
 * Dinov2ForImageClassification}.
 *
 * @param classifier {@code [labels, 2 · hidden]}
 */
record Dinov2ForImageClassification(Dinov2 dinov2, Linear classifier) implements ImageClassifier.Scoring {

    static ImageClassifier load(Engine engine, Dinov2Config config, int labels, TensorSource source) {
        StateDict weights = StateDict.of(source, config.basePrefix() + ".");
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, 2 * config.hiddenSize());
        Dinov2 dinov2 = Dinov2.load(engine, config, weights.at(config.basePrefix()));
        weights.requireAllUsed(Dinov2::belongsToSomeHead);
        source.close();
        return new ImageClassifier(dinov2, labels, new Dinov2ForImageClassification(dinov2, classifier));
    }

    @Override
    public Scores score(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording) {
        Tensor hiddenStates = dinov2.encode(frame, batch, sequenceStarts, recording, Rows.ALL); // [tokens, hidden]
        Tensor features = features(frame, hiddenStates, sequenceStarts); // [images, 2 · hidden]
        return Scores.of(classifier.forward(frame.workspace(), features));
    }

    private Tensor features(Frame frame, Tensor hiddenStates, int[] sequenceStarts) {
        int images = sequenceStarts.length - 1;
        int hidden = hiddenStates.dimension(1);
        Kernels kernels = frame.workspace().machine().kernels();
        Tensor features = frame.tensor(images, 2 * hidden);
        for (int i = 0; i < images; i++) {
            int to = i * 2 * hidden;
            System.arraycopy(hiddenStates.data(), sequenceStarts[i] * hidden, features.data(), to, hidden);
            float[] mean =
                    mean(kernels, hiddenStates, sequenceStarts[i] + dinov2.prefixTokens(), sequenceStarts[i + 1]);
            System.arraycopy(mean, 0, features.data(), to + hidden, hidden);
        }
        return features;
    }

    /** The mean of neighbouring rows, added up like every long sum: row i in chain i mod 16, then half upon half. */
    private static float[] mean(Kernels kernels, Tensor rows, int from, int to) {
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
}
