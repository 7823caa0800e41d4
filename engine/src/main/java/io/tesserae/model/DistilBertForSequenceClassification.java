package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/**
 * DistilBERT with a classifier on the first token: transformers' {@code DistilBertForSequenceClassification}. The first
 * token's hidden state goes through a linear layer, ReLU and a linear layer to one logit per label.
 */
public final class DistilBertForSequenceClassification implements SequenceClassifier {

    private static final Epilogue RELU = new Epilogue.Activate(Activation.RELU);

    private final DistilBert distilbert;
    private final Linear preClassifier; // [dim, dim]
    private final Linear classifier; // [labels, dim]

    private DistilBertForSequenceClassification(DistilBert distilbert, Linear preClassifier, Linear classifier) {
        this.distilbert = distilbert;
        this.preClassifier = preClassifier;
        this.classifier = classifier;
    }

    /**
     * Loads the model.
     *
     * @param labels how many labels {@code config.json} says there are
     * @param source the checkpoint's tensors; the model reads embeddings from it for as long as it lives, and closes it
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static DistilBertForSequenceClassification load(
            Engine engine, DistilBertConfig config, int labels, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = config.stateDict(source);
        // The head first: a checkpoint that has none is refused before anything large is read.
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, config.dim());
        Linear preClassifier = Linear.load(engine, weights.at("pre_classifier"), config.dim(), config.dim());
        DistilBert distilbert = DistilBert.loadBelowHead(engine, config, weights, source);
        weights.requireAllUsed(DistilBert::belongsToSomeHead);
        return new DistilBertForSequenceClassification(distilbert, preClassifier, classifier);
    }

    @Override
    public SequenceClassifierOutput forward(TokenBatch batch, OutputOptions options) {
        FirstTokens.require(batch);
        Recording recording = distilbert.recording(options, batch);
        int sequences = batch.sequences();
        int dim = distilbert.config().dim();
        Tensor logits = Tensor.zeros(sequences, classifier.outFeatures()); // [sequences, labels]
        try (Workspace workspace = distilbert.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor pooled = distilbert.encode(frame, batch, recording, Rows.FIRST); // [sequences, dim]
            Tensor activated = frame.tensor(sequences, dim);
            preClassifier.forward(workspace, pooled, RELU, activated);
            classifier.forward(workspace, activated, Epilogue.NONE, logits);
        }
        return new SequenceClassifierOutput(
                batch, NotFinite.warn("logits", logits), recording.allHiddenStates(), recording.allAttentions());
    }

    @Override
    public DistilBert encoder() {
        return distilbert;
    }

    @Override
    public int labels() {
        return classifier.outFeatures();
    }
}
