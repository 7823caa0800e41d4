package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Pooler;
import io.tesserae.layer.Recording;
import io.tesserae.tensor.Tensor;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model that gives every sequence a score per label: transformers' {@code BertForSequenceClassification} and its like. An
 * encoder's first token goes through a linear layer, an activation and a linear layer to one logit per label; families differ in the
 * activation and in the names. A decoder's last token, the only one that has seen all others, goes through one linear layer; a query of
 * Perceiver's looks at the latents. A model of next sentences has two labels, one of choices has one. Immutable and thread-safe.
 */
public final class SequenceClassifier implements Model {

    private final TokenBackbone backbone;
    private final int labels;
    private final Scoring scoring;

    /** Puts a model together: a backbone, and what runs it and scores its sequences. */
    @SuppressWarnings("exports") // families make heads, nobody else
    public SequenceClassifier(TokenBackbone backbone, int labels, Scoring scoring) {
        this.backbone = Arguments.require(backbone, "backbone");
        this.labels = labels;
        this.scoring = Arguments.require(scoring, "scoring");
    }

    /** From a batch to its scores: the backbone, then the head. */
    @FunctionalInterface
    @SuppressWarnings("exports") // families make heads, nobody else
    public interface Scoring {

        /**
         * Scores every sequence.
         *
         * @param frame for what is in between
         * @return {@code [sequences, labels]}, in memory of its own
         */
        Tensor score(Frame frame, TokenBatch batch, Recording recording);
    }

    /** Puts a model together that reads each sequence's first token: an encoder, what pools if it does not, and the head. */
    @SuppressWarnings("exports") // families make heads, nobody else
    public static SequenceClassifier ofFirstToken(Encoder encoder, Optional<Pooler> pooler, Linear classifier) {
        return of(encoder, SummaryToken.FIRST, Arguments.require(pooler, "pooler"), classifier);
    }

    /**
     * Puts a model together that reads each sequence's last token: transformers' {@code GPT2ForSequenceClassification}.
     *
     * @param padding the id whose tokens do not count at a sequence's end, whether they are masked or not; empty where none is
     */
    @SuppressWarnings("exports") // families make heads, nobody else
    public static SequenceClassifier ofLastToken(Encoder encoder, Linear classifier, OptionalInt padding) {
        SummaryToken last = new SummaryToken.Last(Arguments.require(padding, "padding"));
        return of(encoder, last, Optional.empty(), classifier);
    }

    /** The pooler is {@code [hidden, hidden]}, the classifier {@code [labels, hidden]}. */
    private static SequenceClassifier of(
            Encoder encoder, SummaryToken summary, Optional<Pooler> pooler, Linear classifier) {
        Arguments.require(encoder, "encoder");
        Arguments.require(classifier, "classifier");
        return new SequenceClassifier(encoder, classifier.outFeatures(), (frame, batch, recording) -> {
            Tensor tokens = encoder.encode(frame, batch, recording, summary.rowsOf(batch)); // [sequences, hidden]
            Tensor pooled = pooler.isPresent() ? pooler.get().forward(frame, tokens) : tokens; // [sequences, hidden]
            return classifier.forward(frame.workspace(), pooled);
        });
    }

    /**
     * Scores every sequence of a batch.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does, and if a sequence lacks the token that the head reads: it has
     *     none, or its first is to be read and is masked
     */
    public SequenceClassifierOutput forward(TokenBatch batch, OutputOptions options) {
        Recording recording = backbone.recording(options, batch);
        Tensor logits; // [sequences, labels]
        try (Workspace workspace = backbone.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            logits = scoring.score(frame, batch, recording);
        }
        return new SequenceClassifierOutput(
                batch,
                NotFinite.warn("logits", logits),
                recording.allHiddenStates(),
                recording.allAttentions(),
                recording.allCrossAttentions());
    }

    /** What lies below the head. */
    public TokenBackbone backbone() {
        return backbone;
    }

    /** How many labels there are. */
    public int labels() {
        return labels;
    }

    @Override
    public String toString() {
        return backbone + ", " + labels() + (labels() == 1 ? " label" : " labels");
    }

    @Override
    public void close() {
        backbone.close();
    }
}
