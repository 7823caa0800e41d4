package io.tesserae.pipelines.sentence;

/**
 * The choices of late interaction.
 *
 * @param batchSize how many texts go through the model together; 0: as many as make good use of it. Answers do not depend on it, to the
 *     last bit.
 */
public record LateInteractionOptions(int batchSize) {

    /** As many texts together as make good use of the model. */
    public static final LateInteractionOptions DEFAULT = new LateInteractionOptions(0);

    /** Checks the range. */
    public LateInteractionOptions {
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With batches of this many texts; 0 leaves it to the pipeline. */
    public LateInteractionOptions withBatchSize(int texts) {
        return new LateInteractionOptions(texts);
    }
}
