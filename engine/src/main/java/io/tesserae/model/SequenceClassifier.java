package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Pooler;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;

/**
 * A model that gives every sequence a score per label: transformers' {@code BertForSequenceClassification} and its like. The first
 * token's hidden state goes through a linear layer, an activation and a linear layer to one logit per label; families differ in the
 * activation and in the names. A model of next sentences has two labels, one of choices has one. Immutable and thread-safe.
 */
public final class SequenceClassifier implements Model {

    private final Encoder encoder;
    private final Pooler pooler; // [hidden, hidden]
    private final Linear classifier; // [labels, hidden]

    /** Puts a model together: an encoder and the two halves of a head. */
    @SuppressWarnings("exports") // families make heads, nobody else
    public SequenceClassifier(Encoder encoder, Pooler pooler, Linear classifier) {
        this.encoder = Arguments.require(encoder, "encoder");
        this.pooler = Arguments.require(pooler, "pooler");
        this.classifier = Arguments.require(classifier, "classifier");
    }

    /**
     * Scores every sequence of a batch.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does, and if a sequence's first token is masked: that is
     *     the token the head reads
     */
    public SequenceClassifierOutput forward(TokenBatch batch, OutputOptions options) {
        Arguments.require(batch, "batch").requireFirstTokens();
        Recording recording = encoder.recording(options, batch);
        Tensor logits = Tensor.zeros(batch.sequences(), labels()); // [sequences, labels]
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor firstTokens = encoder.encode(frame, batch, recording, Rows.FIRST); // [sequences, hidden]
            Tensor pooled = pooler.forward(frame, firstTokens); // [sequences, hidden]
            classifier.forward(workspace, pooled, Epilogue.NONE, logits);
        }
        return new SequenceClassifierOutput(
                batch, NotFinite.warn("logits", logits), recording.allHiddenStates(), recording.allAttentions());
    }

    /** The encoder below the head. */
    public Encoder encoder() {
        return encoder;
    }

    /** How many labels there are. */
    public int labels() {
        return classifier.outFeatures();
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return encoder + ", " + labels() + (labels() == 1 ? " label" : " labels");
    }

    @Override
    public void close() {
        encoder.close();
    }
}
