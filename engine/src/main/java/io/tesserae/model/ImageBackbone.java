package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.layer.Recording;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What lies below the head of a model of pictures: it takes pixel values, and makes rows of numbers that a head reads. Most are
 * {@linkplain ImageEncoder encoders}, with a row for every patch; others read the pixels with latents. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class ImageBackbone implements Model {

    private final Engine engine;
    private volatile boolean closed; // all weights are in memory: it could answer after that, and must not

    /** What every backbone has. */
    protected ImageBackbone(Engine engine) {
        this.engine = Arguments.require(engine, "engine");
    }

    /** Where each picture's rows begin; refuses pictures that the model does not take, and all once it is closed. */
    final int[] startsOf(ImageBatch batch, boolean interpolatePositions) {
        if (closed) {
            throw new IllegalStateException(
                    "the model is closed; load it again, or close it when the last call is over");
        }
        return sequenceStarts(batch, interpolatePositions);
    }

    /** What a call is to keep. */
    final Recording recording(OutputOptions options, int[] sequenceStarts) {
        Arguments.require(options, "options");
        return new Recording(
                options.hiddenStates(), options.attentions(), options.crossAttentions(), sequenceStarts, heads());
    }

    /** Where each picture's rows of the residual stream begin, and where the last's end; refuses pictures that the model does not take. */
    protected abstract int[] sequenceStarts(ImageBatch batch, boolean interpolatePositions);

    /** What the model runs on. */
    final Engine engine() {
        return engine;
    }

    /** Height of the pictures that the model was made for, in pixels. */
    public abstract int imageHeight();

    /** Width of the pictures that the model was made for, in pixels. */
    public abstract int imageWidth();

    /** Channels of a picture; 3 for red, green and blue. */
    public abstract int channels();

    /** Rows of the residual stream that a picture of the model's own size makes: what the work grows with. */
    public abstract int tokens();

    /**
     * Why a picture is too large for any model of this kind: {@code which is 20000 patches of 2 x 2; at most …}; empty if it is not.
     *
     * @param height in pixels
     * @param width in pixels
     */
    public abstract Optional<String> excess(int height, int width);

    /** How many latents read a picture, whose states then are the hidden states; empty where every patch has its own. */
    public OptionalInt latents() {
        return OptionalInt.empty();
    }

    /** Heads of the layer in which latents read; empty where there are none. */
    public OptionalInt readingHeads() {
        return OptionalInt.empty();
    }

    /**
     * Where the rows lie that latents read of a picture; empty where there are none.
     *
     * @param height of the pictures that the model is fed, in pixels
     * @param width likewise
     * @throws IllegalArgumentException if the model does not take pictures of this size as it is
     */
    public Optional<RowGrid> rowGrid(int height, int width) {
        return Optional.empty();
    }

    /** Attention heads of a layer. */
    public abstract int heads();

    /** Transformer blocks. */
    public abstract int layers();

    /** Width of the residual stream. */
    public abstract int hiddenSize();

    /** Ends the model. Calls that come later fail with {@link IllegalStateException}, as those of models that hold files open do. */
    @Override
    public final void close() {
        closed = true;
    }
}
