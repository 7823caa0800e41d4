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
 * A model that gives every token a score per label: transformers' {@code BertForTokenClassification} and {@code
 * DistilBertForTokenClassification}. The head is one linear layer on every token, whatever the family. Immutable and
 * thread-safe.
 */
public final class TokenClassifier implements AutoCloseable {

    private final Encoder encoder;
    private final Linear classifier; // [labels, hidden]

    private TokenClassifier(Encoder encoder, Linear classifier) {
        this.encoder = encoder;
        this.classifier = classifier;
    }

    /**
     * Loads the model.
     *
     * @param labels how many labels {@code config.json} says there are
     * @param source the checkpoint's tensors; the model reads embeddings from it for as long as it lives, and closes it
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static TokenClassifier load(Engine engine, EncoderConfig config, int labels, TensorSource source) {
        return load(engine, config, "classifier", labels, source);
    }

    /** Likewise with a head of another name: what marks answers in a text is two labels. */
    static TokenClassifier load(Engine engine, EncoderConfig config, String head, int labels, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = config.stateDict(source);
        // The head first: a checkpoint that has none is refused before anything large is read.
        Linear classifier = Linear.load(engine, weights.at(head), labels, config.hiddenSize());
        Encoder encoder = Encoder.loadBelowHead(engine, config, weights, source);
        weights.requireAllUsed(config::belongsToSomeHead);
        return new TokenClassifier(encoder, classifier);
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

    /** Lets go of the checkpoint's files. Calls that come later fail. */
    @Override
    public void close() {
        encoder.close();
    }
}
