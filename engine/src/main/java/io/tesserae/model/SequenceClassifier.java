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
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model that gives every sequence a score per label: transformers' {@code BertForSequenceClassification} and its like. An
 * encoder's first token goes through a linear layer, an activation and a linear layer to one logit per label; families differ in the
 * activation and in the names. A decoder's last token, the only one that has seen all others, goes through one linear layer. A model of
 * next sentences has two labels, one of choices has one. Immutable and thread-safe.
 */
public final class SequenceClassifier implements Model {

    private final Encoder encoder;
    private final SummaryToken summary;
    private final Optional<Pooler> pooler; // [hidden, hidden]
    private final Linear classifier; // [labels, hidden]

    private SequenceClassifier(Encoder encoder, SummaryToken summary, Optional<Pooler> pooler, Linear classifier) {
        this.encoder = Arguments.require(encoder, "encoder");
        this.summary = summary;
        this.pooler = pooler;
        this.classifier = Arguments.require(classifier, "classifier");
    }

    /** Puts a model together that reads each sequence's first token: an encoder and the two halves of a head. */
    @SuppressWarnings("exports") // families make heads, nobody else
    public SequenceClassifier(Encoder encoder, Pooler pooler, Linear classifier) {
        this(encoder, SummaryToken.FIRST, Optional.of(Arguments.require(pooler, "pooler")), classifier);
    }

    /**
     * Puts a model together that reads each sequence's last token: transformers' {@code GPT2ForSequenceClassification}.
     *
     * @param padding the id whose tokens do not count at a sequence's end, whether they are masked or not; empty where none is
     */
    @SuppressWarnings("exports") // families make heads, nobody else
    public static SequenceClassifier ofLastToken(Encoder encoder, Linear classifier, OptionalInt padding) {
        SummaryToken last = new SummaryToken.Last(Arguments.require(padding, "padding"));
        return new SequenceClassifier(encoder, last, Optional.empty(), classifier);
    }

    /**
     * Scores every sequence of a batch.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does, and if a sequence lacks the token that the head reads: it has
     *     none, or its first is to be read and is masked
     */
    public SequenceClassifierOutput forward(TokenBatch batch, OutputOptions options) {
        Rows wanted = summary.rowsOf(Arguments.require(batch, "batch"));
        Recording recording = encoder.recording(options, batch);
        Tensor logits = Tensor.zeros(batch.sequences(), labels()); // [sequences, labels]
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor tokens = encoder.encode(frame, batch, recording, wanted); // [sequences, hidden]
            Tensor pooled = pooler.isPresent() ? pooler.get().forward(frame, tokens) : tokens; // [sequences, hidden]
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
