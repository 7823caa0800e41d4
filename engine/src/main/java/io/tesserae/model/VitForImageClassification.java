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

/** ViT with a linear classifier on the class token: transformers' {@code ViTForImageClassification}. */
public final class VitForImageClassification implements ImageClassifier {

    private final Vit vit;
    private final Linear classifier; // [labels, hidden]

    private VitForImageClassification(Vit vit, Linear classifier) {
        this.vit = vit;
        this.classifier = classifier;
    }

    /**
     * Loads the model.
     *
     * @param labels how many labels {@code config.json} says there are
     * @param source the checkpoint's tensors; closed when the model is loaded
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static VitForImageClassification load(Engine engine, VitConfig config, int labels, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = StateDict.of(source, "vit.");
        // The head first: a checkpoint that has none is refused before anything large is read.
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, config.hiddenSize());
        Vit vit = Vit.loadBelowHead(engine, config, weights.at("vit"));
        weights.requireAllUsed(Vit::belongsToSomeHead);
        source.close();
        return new VitForImageClassification(vit, classifier);
    }

    @Override
    public ImageClassifierOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        int[] sequenceStarts = vit.sequenceStarts(batch, interpolatePositions);
        Recording recording = new Recording(options, sequenceStarts, vit.heads());
        Tensor logits = Tensor.zeros(batch.images(), labels()); // [images, labels]
        try (Workspace workspace = vit.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor classTokens = vit.encode(frame, batch, sequenceStarts, recording, Rows.FIRST); // [images, hidden]
            classifier.forward(workspace, classTokens, Epilogue.NONE, logits);
        }
        return new ImageClassifierOutput(
                sequenceStarts,
                NotFinite.warn("logits", logits),
                Optional.empty(),
                Optional.empty(),
                recording.allHiddenStates(),
                recording.allAttentions());
    }

    @Override
    public Vit encoder() {
        return vit;
    }

    @Override
    public int labels() {
        return classifier.outFeatures();
    }
}
