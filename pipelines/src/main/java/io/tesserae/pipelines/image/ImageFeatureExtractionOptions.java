package io.tesserae.pipelines.image;

/**
 * The choices of an image feature extraction.
 *
 * @param pool whether a picture's answer is one vector, what the model's pooler makes of the class token, rather than the
 *     vectors of all its tokens
 * @param batchSize how many pictures go through the model together; 0: as many as make good use of it. Answers do not
 *     depend on it, to the last bit.
 */
public record ImageFeatureExtractionOptions(boolean pool, int batchSize) {

    /** All tokens' vectors: the defaults of transformers. */
    public static final ImageFeatureExtractionOptions DEFAULT = new ImageFeatureExtractionOptions(false, 0);

    /** Checks the range. */
    public ImageFeatureExtractionOptions {
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With one vector a picture, or with those of all tokens. */
    public ImageFeatureExtractionOptions withPool(boolean oneVector) {
        return new ImageFeatureExtractionOptions(oneVector, batchSize);
    }

    /** With batches of this many pictures; 0 leaves it to the pipeline. */
    public ImageFeatureExtractionOptions withBatchSize(int images) {
        return new ImageFeatureExtractionOptions(pool, images);
    }
}
