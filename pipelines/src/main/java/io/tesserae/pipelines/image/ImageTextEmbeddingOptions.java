package io.tesserae.pipelines.image;

/**
 * The choices of vectors of pictures and texts.
 *
 * @param batchSize how many pictures go through the model together; 0: as many as make good use of it. Answers do not depend on it, to
 *     the last bit.
 */
public record ImageTextEmbeddingOptions(int batchSize) {

    /** As many pictures together as make good use of the model. */
    public static final ImageTextEmbeddingOptions DEFAULT = new ImageTextEmbeddingOptions(0);

    /** Checks the range. */
    public ImageTextEmbeddingOptions {
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With batches of this many pictures; 0 leaves it to the pipeline. */
    public ImageTextEmbeddingOptions withBatchSize(int images) {
        return new ImageTextEmbeddingOptions(images);
    }
}
