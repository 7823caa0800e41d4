package io.tesserae.model;

/** A model that gives every sequence a score per label. Immutable and thread-safe. */
public sealed interface SequenceClassifier extends AutoCloseable permits DistilBertForSequenceClassification {

    /**
     * Scores every sequence of a batch.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does, and if a sequence's first token is masked: that is
     *     the token the head reads
     */
    SequenceClassifierOutput forward(TokenBatch batch, OutputOptions options);

    /** The encoder below the head. */
    Encoder encoder();

    /** How many labels there are. */
    int labels();

    /** Lets go of the checkpoint's files. Calls that come later fail. */
    @Override
    default void close() {
        encoder().close();
    }
}
