package io.tesserae.model;

/** A model without a head: tokens in, hidden states out. Immutable and thread-safe. */
public sealed interface Encoder extends AutoCloseable permits DistilBert {

    /**
     * Encodes a batch.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary or a sequence is longer than {@link #maxLength}
     */
    EncoderOutput forward(TokenBatch batch, OutputOptions options);

    /** The longest sequence there are positions for, in tokens. */
    int maxLength();

    /** How many tokens the model knows: ids are below this. */
    int vocabularySize();

    /** Lets go of the checkpoint's files. Calls that come later fail. */
    @Override
    void close();
}
