package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.tensor.TensorSource;

/** A model that gives every sequence a score per label. Immutable and thread-safe. */
public sealed interface SequenceClassifier extends AutoCloseable
        permits BertForSequenceClassification, DistilBertForSequenceClassification {

    /**
     * Loads the classifier of a family.
     *
     * @param labels how many labels {@code config.json} says there are
     * @param source the checkpoint's tensors; the model reads embeddings from it for as long as it lives, and closes it
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    static SequenceClassifier load(Engine engine, EncoderConfig config, int labels, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        return switch (config) {
            case BertConfig bert -> BertForSequenceClassification.load(engine, bert, labels, source);
            case DistilBertConfig distilBert ->
                DistilBertForSequenceClassification.load(engine, distilBert, labels, source);
        };
    }

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
