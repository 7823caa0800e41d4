package io.tesserae.pipelines.text;

/**
 * The choices of a feature extraction.
 *
 * @param truncation whether a text that is too long for the model is cut, rather than refused
 * @param batchSize how many texts go through the model together; 0: as many as make good use of it. Answers do not depend
 *     on it, to the last bit.
 */
public record FeatureExtractionOptions(boolean truncation, int batchSize) {

    /** No truncation: the defaults of transformers. */
    public static final FeatureExtractionOptions DEFAULT = new FeatureExtractionOptions(false, 0);

    /** Checks the ranges. */
    public FeatureExtractionOptions {
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize: expected 0 or more, found " + batchSize);
        }
    }

    /** With texts cut to the model's length, or not. */
    public FeatureExtractionOptions withTruncation(boolean cut) {
        return new FeatureExtractionOptions(cut, batchSize);
    }

    /** With batches of this many texts; 0 leaves it to the pipeline. */
    public FeatureExtractionOptions withBatchSize(int texts) {
        return new FeatureExtractionOptions(truncation, texts);
    }
}
