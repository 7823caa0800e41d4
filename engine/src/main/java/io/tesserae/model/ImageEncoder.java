package io.tesserae.model;

/** A model without a head: pictures in, hidden states out. Immutable and thread-safe. */
public sealed interface ImageEncoder extends AutoCloseable permits Vit, Deit, Dinov2 {

    /**
     * Encodes a batch. A picture's sequence is its {@link #prefixTokens}, then its patches in reading order, as many as
     * lie in it whole.
     *
     * @param interpolatePositions whether pictures may have another size than {@link #imageHeight} by {@link #imageWidth}:
     *     the position embeddings are then resized to each. DINOv2 always does so.
     * @throws IllegalArgumentException if a picture has another number of channels, is smaller than a patch, has more than {@value
     *     ImageGrid#PATCH_LIMIT} of them, or has another size without having been asked for or without there being a way
     */
    ImageEncoderOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions);

    /** The size of the pictures that the model was made for, and of the patches that they are cut into. */
    ImageGrid grid();

    /** Height of the pictures that the model was made for, in pixels. */
    default int imageHeight() {
        return grid().imageHeight();
    }

    /** Width of the pictures that the model was made for, in pixels. */
    default int imageWidth() {
        return grid().imageWidth();
    }

    /** Height of a patch in pixels. */
    default int patchHeight() {
        return grid().patchHeight();
    }

    /** Width of a patch in pixels. */
    default int patchWidth() {
        return grid().patchWidth();
    }

    /** Channels of a picture; 3 for red, green and blue. */
    int channels();

    /** Tokens before the patches': the class token, and behind it in some families a distillation token or registers. */
    int prefixTokens();

    /** Whether outputs have a pooled one: a checkpoint may have been saved without what makes it. */
    boolean hasPooler();

    /** Attention heads of a layer. */
    int heads();

    /** Transformer blocks. */
    int layers();

    /** Width of the residual stream. */
    int hiddenSize();

    /** Ends the model. Calls that come later fail with {@link IllegalStateException}, as those of models that hold files open do. */
    @Override
    void close();
}
