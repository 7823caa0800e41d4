package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;

/**
 * A model that gives every token one score, say that somebody replaced it: transformers' {@code ElectraForPreTraining}; Clark et al.,
 * arXiv 2003.10555, section 2. A hidden state goes through a linear layer, an activation and a linear layer to one logit. Immutable
 * and thread-safe.
 */
public final class TokenScorer implements Model {

    private final Encoder encoder;
    private final Linear dense; // [hidden, hidden]
    private final Epilogue activate;
    private final Linear score; // [1, hidden]

    /**
     * Puts a model together: an encoder and the two halves of a head.
     *
     * @param score from what the first half makes to one number
     */
    @SuppressWarnings("exports") // families make heads, nobody else
    public TokenScorer(Encoder encoder, Linear dense, Activation activation, Linear score) {
        this.encoder = Arguments.require(encoder, "encoder");
        this.dense = Arguments.require(dense, "dense");
        this.activate = new Epilogue.Activate(Arguments.require(activation, "activation"));
        this.score = Arguments.require(score, "score");
        if (score.outFeatures() != 1) {
            throw new IllegalArgumentException("score: expected one output, found " + score.outFeatures());
        }
    }

    /**
     * Scores every token of a batch.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     */
    public TokenScorerOutput forward(TokenBatch batch, OutputOptions options) {
        Recording recording = encoder.recording(options, batch);
        Tensor logits = Tensor.zeros(batch.tokens(), 1); // [tokens, 1]
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor hiddenStates = encoder.encode(frame, batch, recording, Rows.ALL); // [tokens, hidden]
            Tensor activated = frame.tensor(batch.tokens(), dense.outFeatures()); // [tokens, hidden]
            dense.forward(workspace, hiddenStates, activate, activated);
            score.forward(workspace, activated, Epilogue.NONE, logits);
        }
        return new TokenScorerOutput(
                batch,
                NotFinite.warn("logits", logits).reshape(batch.tokens()),
                recording.allHiddenStates(),
                recording.allAttentions());
    }

    /** The encoder below the head. */
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public void close() {
        encoder.close();
    }
}
