package io.tesserae.family.deit;

import io.tesserae.engine.Engine;
import io.tesserae.family.vit.Vit;
import io.tesserae.family.vit.VitConfig;
import io.tesserae.family.vit.VitHeads;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.List;
import java.util.Optional;

/**
 * DeiT with two linear classifiers, one on the class token and one on the distillation token, and their mean for an answer:
 * section 4 of the paper; transformers' {@code DeiTForImageClassificationWithTeacher}.
 *
 * @param clsClassifier {@code [labels, hidden]}
 * @param distillationClassifier {@code [labels, hidden]}
 */
record DeitForImageClassificationWithTeacher(Vit deit, Linear clsClassifier, Linear distillationClassifier)
        implements ImageClassifier.Scoring {

    static final VitHeads.Names NAMES = new VitHeads.Names("deit", List.of("cls_token", "distillation_token"));

    static ImageClassifier load(Engine engine, VitConfig config, int labels, TensorSource source) {
        StateDict weights = NAMES.stateDict(source);
        Linear clsClassifier = Linear.load(engine, weights.at("cls_classifier"), labels, config.hiddenSize());
        Linear distillationClassifier =
                Linear.load(engine, weights.at("distillation_classifier"), labels, config.hiddenSize());
        Vit deit = Vit.load(engine, config, weights.at("deit"), NAMES.tokens(), false);
        weights.requireAllUsed(VitHeads::belongsToSomeHead);
        source.close();
        return new ImageClassifier(
                deit, labels, new DeitForImageClassificationWithTeacher(deit, clsClassifier, distillationClassifier));
    }

    @Override
    public ImageClassifier.Scores score(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording) {
        Rows classAndDistillation = classAndDistillation(sequenceStarts);
        Tensor x = deit.encode(frame, batch, sequenceStarts, recording, classAndDistillation); // [2 · images, hidden]
        Tensor clsLogits = clsClassifier.forward(frame.workspace(), everySecond(frame, x, 0)); // [images, labels]
        Tensor distillationLogits =
                distillationClassifier.forward(frame.workspace(), everySecond(frame, x, 1)); // [images, labels]
        return new ImageClassifier.Scores(
                mean(clsLogits, distillationLogits), Optional.of(clsLogits), Optional.of(distillationLogits));
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
}
