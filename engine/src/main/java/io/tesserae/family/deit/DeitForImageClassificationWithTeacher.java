package io.tesserae.family.deit;

import io.tesserae.engine.Engine;
import io.tesserae.family.vit.Vit;
import io.tesserae.family.vit.VitConfig;
import io.tesserae.family.vit.VitHeads;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Recording;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.ImageClassifier.Scores;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
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

    private static final int CLASS_TOKEN = 0;
    private static final int DISTILLATION_TOKEN = 1;

    static ImageClassifier load(Engine engine, VitConfig config, int labels, TensorSource source) {
        StateDict weights = DeitFamily.NAMES.stateDict(source);
        Linear clsClassifier = Linear.load(engine, weights.at("cls_classifier"), labels, config.hiddenSize());
        Linear distillationClassifier =
                Linear.load(engine, weights.at("distillation_classifier"), labels, config.hiddenSize());
        Vit deit = Vit.load(engine, config, weights.at("deit"), DeitFamily.NAMES.tokens(), false);
        weights.requireAllUsed(VitHeads::belongsToSomeHead);
        source.close();
        return new ImageClassifier(
                deit, labels, new DeitForImageClassificationWithTeacher(deit, clsClassifier, distillationClassifier));
    }

    @Override
    public Scores score(Workspace workspace, ImageBatch batch, int[] sequenceStarts, Recording recording) {
        Tensor x = deit.encode(workspace, batch, sequenceStarts, recording); // [tokens, hidden]
        Tensor clsLogits = classify(workspace, x, sequenceStarts, CLASS_TOKEN, clsClassifier); // [images, labels]
        Tensor distillationLogits =
                classify(workspace, x, sequenceStarts, DISTILLATION_TOKEN, distillationClassifier); // [images, labels]
        return new Scores(mean(clsLogits, distillationLogits), Optional.of(clsLogits), Optional.of(distillationLogits));
    }

    /** From one token of every picture to its logits. */
    private static Tensor classify(Workspace workspace, Tensor x, int[] sequenceStarts, int token, Linear classifier) {
        int images = sequenceStarts.length - 1;
        int hidden = x.dimension(1);
        Tensor tokens = workspace.tensor(Workspace.Use.CONTEXT, images, hidden); // [images, hidden]
        for (int i = 0; i < images; i++) {
            System.arraycopy(x.data(), (sequenceStarts[i] + token) * hidden, tokens.data(), i * hidden, hidden);
        }
        Tensor logits = Tensor.zeros(images, classifier.outFeatures()); // [images, labels]
        classifier.forward(workspace, tokens, Epilogue.NONE, logits);
        return logits;
    }

    private static Tensor mean(Tensor a, Tensor b) {
        Tensor mean = Tensor.zeros(a.shape());
        for (int i = 0; i < mean.size(); i++) {
            mean.data()[i] = (a.data()[i] + b.data()[i]) / 2f;
        }
        return mean;
    }
}
