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

/**
 * BERT with a classifier on the pooled first token: transformers' {@code BertForSequenceClassification}. Next-sentence
 * prediction, transformers' {@code BertForNextSentencePrediction}, is the same by another name.
 */
public final class BertForSequenceClassification implements SequenceClassifier {

    private final Bert bert;
    private final Linear classifier; // [labels, hidden]

    private BertForSequenceClassification(Bert bert, Linear classifier) {
        this.bert = bert;
        this.classifier = classifier;
    }

    /**
     * Loads the model.
     *
     * @param labels how many labels {@code config.json} says there are
     * @param source the checkpoint's tensors; the model reads embeddings from it for as long as it lives, and closes it
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static BertForSequenceClassification load(
            Engine engine, BertConfig config, int labels, TensorSource source) {
        return load(engine, config, "classifier", labels, source);
    }

    /**
     * Loads a model that tells whether the second text of a pair follows the first: label 0 says that it does. Devlin et
     * al., arXiv 1810.04805, section 3.1.
     *
     * @param source as in {@link #load(Engine, BertConfig, int, TensorSource)}
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static BertForSequenceClassification loadNextSentencePrediction(
            Engine engine, BertConfig config, TensorSource source) {
        return load(engine, config, "cls.seq_relationship", 2, source);
    }

    private static BertForSequenceClassification load(
            Engine engine, BertConfig config, String head, int labels, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = config.stateDict(source);
        // The head first: a checkpoint that has none is refused before anything large is read.
        Linear classifier = Linear.load(engine, weights.at(head), labels, config.hiddenSize());
        Bert bert = Bert.load(engine, config, weights, source, true);
        weights.requireAllUsed(Bert::belongsToSomeHead);
        return new BertForSequenceClassification(bert, classifier);
    }

    @Override
    public SequenceClassifierOutput forward(TokenBatch batch, OutputOptions options) {
        FirstTokens.require(batch);
        Recording recording = bert.recording(options, batch);
        Tensor logits = Tensor.zeros(batch.sequences(), labels()); // [sequences, labels]
        try (Workspace workspace = bert.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor firstTokens = bert.encode(frame, batch, recording, Rows.FIRST); // [sequences, hidden]
            Tensor pooled = bert.pool(frame, firstTokens); // [sequences, hidden]
            classifier.forward(workspace, pooled, Epilogue.NONE, logits);
        }
        return new SequenceClassifierOutput(
                batch, NotFinite.warn("logits", logits), recording.allHiddenStates(), recording.allAttentions());
    }

    @Override
    public Bert encoder() {
        return bert;
    }

    @Override
    public int labels() {
        return classifier.outFeatures();
    }
}
