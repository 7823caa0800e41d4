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
 * DeiT with a linear classifier on the class token alone: transformers' {@code DeiTForImageClassification}. The distillation
 * token takes part in attention, but nobody reads it at the end.
 */
public final class DeitForImageClassification implements ImageClassifier {

    private final Deit deit;
    private final Linear classifier; // [labels, hidden]

    private DeitForImageClassification(Deit deit, Linear classifier) {
        this.deit = deit;
        this.classifier = classifier;
    }

    /**
     * Loads the model.
     *
     * @param labels how many labels {@code config.json} says there are
     * @param source the checkpoint's tensors; closed when the model is loaded
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static DeitForImageClassification load(Engine engine, VitConfig config, int labels, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = StateDict.of(source, "deit.");
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, config.hiddenSize());
        Deit deit = Deit.loadBelowHead(engine, config, weights.at("deit"));
        weights.requireAllUsed(Vit::belongsToSomeHead);
        source.close();
        return new DeitForImageClassification(deit, classifier);
    }

    @Override
    public ImageClassifierOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        int[] sequenceStarts = deit.sequenceStarts(batch, interpolatePositions);
        Recording recording = new Recording(options, sequenceStarts, deit.heads());
        Tensor logits = Tensor.zeros(batch.images(), labels()); // [images, labels]
        try (Workspace workspace = deit.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor classTokens = deit.encode(frame, batch, sequenceStarts, recording, Rows.FIRST); // [images, hidden]
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
    public Deit encoder() {
        return deit;
    }

    @Override
    public int labels() {
        return classifier.outFeatures();
    }
}
