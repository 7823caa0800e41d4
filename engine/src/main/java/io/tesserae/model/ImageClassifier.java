package io.tesserae.model;

/** A model that gives every picture a score per label. Immutable and thread-safe. */
public sealed interface ImageClassifier extends AutoCloseable
        permits VitForImageClassification,
                DeitForImageClassification,
                DeitForImageClassificationWithTeacher,
                Dinov2ForImageClassification {

    /**
     * Scores every picture of a batch.
     *
     * @param interpolatePositions as in {@link ImageEncoder#forward}
     * @throws IllegalArgumentException as there
     */
    ImageClassifierOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions);

    /** The encoder below the head. */
    ImageEncoder encoder();

    /** How many labels there are. */
    int labels();

    /** As {@link ImageEncoder#close}. */
    @Override
    default void close() {
        encoder().close();
    }
}
