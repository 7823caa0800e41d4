package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;

/**
 * A model that gives every token a score per label: transformers' {@code BertForTokenClassification} and its
 * like. The head is one linear layer on every token, whatever the family. Immutable and
 * thread-safe.
 */
public final class TokenClassifier implements Model {

    private final Encoder encoder;
    private final Linear classifier; // [labels, hidden]

    /** Puts a model together: an encoder and a head. */
    @SuppressWarnings("exports") // families make heads, nobody else
    public TokenClassifier(Encoder encoder, Linear classifier) {
        this.encoder = Arguments.require(encoder, "encoder");
        this.classifier = Arguments.require(classifier, "classifier");
    }

    /**
     * Scores every token of a batch.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     */
    public TokenClassifierOutput forward(TokenBatch batch, OutputOptions options) {
        Recording recording = encoder.recording(options, batch);
        Tensor logits = Tensor.zeros(batch.tokens(), labels()); // [tokens, labels]
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor hiddenStates = encoder.encode(frame, batch, recording, Rows.ALL); // [tokens, hidden]
            classifier.forward(workspace, hiddenStates, Epilogue.NONE, logits);
        }
        return new TokenClassifierOutput(
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
