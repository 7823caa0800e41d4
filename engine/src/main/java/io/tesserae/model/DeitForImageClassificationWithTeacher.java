package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/**
 * DeiT with two linear classifiers, one on the class token and one on the distillation token, and their mean for an answer:
 * section 4 of the paper; transformers' {@code DeiTForImageClassificationWithTeacher}.
 */
public final class DeitForImageClassificationWithTeacher implements ImageClassifier {

    private final Deit deit;
    private final Linear clsClassifier; // [labels, hidden]
    private final Linear distillationClassifier; // [labels, hidden]

    private DeitForImageClassificationWithTeacher(Deit deit, Linear clsClassifier, Linear distillationClassifier) {
        this.deit = deit;
        this.clsClassifier = clsClassifier;
        this.distillationClassifier = distillationClassifier;
    }

    /**
     * Loads the model.
     *
     * @param labels how many labels {@code config.json} says there are
     * @param source the checkpoint's tensors; closed when the model is loaded
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static DeitForImageClassificationWithTeacher load(
            Engine engine, VitConfig config, int labels, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = StateDict.of(source, "deit.");
        Linear clsClassifier = Linear.load(engine, weights.at("cls_classifier"), labels, config.hiddenSize());
        Linear distillationClassifier =
                Linear.load(engine, weights.at("distillation_classifier"), labels, config.hiddenSize());
        Deit deit = Deit.loadBelowHead(engine, config, weights.at("deit"));
        weights.requireAllUsed(Vit::belongsToSomeHead);
        source.close();
        return new DeitForImageClassificationWithTeacher(deit, clsClassifier, distillationClassifier);
    }

    @Override
    public ImageClassifierOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        int[] sequenceStarts = deit.sequenceStarts(batch, interpolatePositions);
        Recording recording = new Recording(options, sequenceStarts, deit.heads());
        Tensor clsLogits = Tensor.zeros(batch.images(), labels()); // [images, labels]
        Tensor distillationLogits = Tensor.zeros(batch.images(), labels()); // [images, labels]
        try (Workspace workspace = deit.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Rows classAndDistillation = classAndDistillation(sequenceStarts);
            Tensor x =
                    deit.encode(frame, batch, sequenceStarts, recording, classAndDistillation); // [2 · images, hidden]
            Tensor classTokens = everySecond(frame, x, 0); // [images, hidden]
            clsClassifier.forward(workspace, classTokens, Epilogue.NONE, clsLogits);
            Tensor distillationTokens = everySecond(frame, x, 1); // [images, hidden]
            distillationClassifier.forward(workspace, distillationTokens, Epilogue.NONE, distillationLogits);
        }
        return new ImageClassifierOutput(
                sequenceStarts,
                NotFinite.warn("logits", mean(clsLogits, distillationLogits)),
                Optional.of(clsLogits),
                Optional.of(distillationLogits),
                recording.allHiddenStates(),
                recording.allAttentions());
    }

    /** The first two tokens of every picture. */
    private static Rows classAndDistillation(int[] sequenceStarts) {
        int[] rows = new int[2 * (sequenceStarts.length - 1)];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = sequenceStarts[i / 2] + i % 2;
        }
        return Rows.of(rows);
    }

    private static Tensor everySecond(Frame frame, Tensor x, int first) {
        int[] rows = new int[x.dimension(0) / 2];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = 2 * i + first;
        }
        return Rows.of(rows).gather(frame, x, new int[] {0, x.dimension(0)});
    }

    private static Tensor mean(Tensor a, Tensor b) {
        Tensor mean = Tensor.zeros(a.shape());
        for (int i = 0; i < mean.size(); i++) {
            mean.data()[i] = (a.data()[i] + b.data()[i]) / 2f;
        }
        return mean;
    }

    @Override
    public Deit encoder() {
        return deit;
    }

    @Override
    public int labels() {
        return clsClassifier.outFeatures();
    }
}
