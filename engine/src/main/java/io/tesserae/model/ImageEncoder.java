package io.tesserae.model;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/** A model without a head: pictures in, hidden states out. Immutable and thread-safe. */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class ImageEncoder extends ImageBackbone {

    /** What every encoder has. */
    protected ImageEncoder(Engine engine) {
        super(engine);
    }

    /**
     * Encodes a batch. A picture's sequence is its {@link #prefixTokens}, then its patches in reading order, as many as
     * lie in it whole.
     *
     * @param interpolatePositions whether pictures may have another size than {@link #imageHeight} by {@link #imageWidth}:
     *     the position embeddings are then resized to each. DINOv2 always does so.
     * @throws IllegalArgumentException if a picture has another number of channels, is smaller than a patch, has more than {@value
     *     ImageGrid#PATCH_LIMIT} of them, or has another size without having been asked for or without there being a way
     */
    public final ImageEncoderOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        int[] sequenceStarts = startsOf(batch, interpolatePositions);
        Recording recording = recording(options, sequenceStarts);
        try (Workspace workspace = engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor x = encode(frame, batch, sequenceStarts, recording, Rows.ALL); // [tokens, hidden]
            return new ImageEncoderOutput(
                    sequenceStarts,
                    NotFinite.warn("hidden states", x.copy()),
                    hasPooler()
                            ? Optional.of(pool(frame, pooledRows(frame, x, sequenceStarts))
                                    .copy())
                            : Optional.empty(),
                    recording.allHiddenStates(),
                    recording.allAttentions());
        }
    }

    /**
     * The forward pass, the last layer norm included, for the rows that are wanted: see {@link Rows}.
     *
     * @param frame receives the result
     * @param sequenceStarts where each picture's tokens begin, and where the last's end
     * @return {@code [rows wanted, hidden]}, good until the frame is closed
     */
    protected abstract Tensor encode(
            Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording, Rows wanted);

    private Ragged pooledRows(Frame frame, Tensor x, int[] sequenceStarts) {
        return new Ragged(
                readByPooler().gather(frame, x, sequenceStarts),
                readByPooler().in(sequenceStarts).starts());
    }

    /**
     * The pooled output alone: {@link #forward}'s, with the same bits. The last layer computes no row that it does not need.
     *
     * @param frame receives the result
     * @return {@code [images, pooled]}, in the frame's memory
     * @throws IllegalArgumentException as {@link #forward}
     */
    final Tensor pooled(Frame frame, ImageBatch batch, boolean interpolatePositions) {
        int[] sequenceStarts = startsOf(batch, interpolatePositions);
        Rows wanted = readByPooler();
        Tensor x =
                encode(frame, batch, sequenceStarts, Recording.none(sequenceStarts), wanted); // [rows wanted, hidden]
        return pool(frame, new Ragged(x, wanted.in(sequenceStarts).starts()));
    }

    /** The rows that the pooled output is made of: the class token's, or all. */
    protected Rows readByPooler() {
        return Rows.FIRST;
    }

    /**
     * The pooled output, where there is one.
     *
     * @param rows {@code [rows read, hidden]} of every picture: see {@link #readByPooler}; after the last layer norm where {@link
     *     #encode} ends with it
     * @return {@code [images, pooled]}, in the frame's memory
     */
    protected abstract Tensor pool(Frame frame, Ragged rows);

    /** The size of the pictures that the model was made for, and of the patches that they are cut into. */
    public abstract ImageGrid grid();

    @Override
    public final int imageHeight() {
        return grid().imageHeight();
    }

    @Override
    public final int imageWidth() {
        return grid().imageWidth();
    }

    /** Height of a patch in pixels. */
    public final int patchHeight() {
        return grid().patchHeight();
    }

    /** Width of a patch in pixels. */
    public final int patchWidth() {
        return grid().patchWidth();
    }

    @Override
    public final int tokens() {
        return prefixTokens() + grid().gridHeight() * grid().gridWidth();
    }

    @Override
    public final Optional<String> excess(int height, int width) {
        long patches = grid().patchesIn(height, width);
        return patches <= ImageGrid.PATCH_LIMIT
                ? Optional.empty()
                : Optional.of("which is " + patches + " patches of " + patchWidth() + " x " + patchHeight()
                        + "; at most " + ImageGrid.PATCH_LIMIT + " are taken, since the work grows with their square");
    }

    /** Tokens before the patches': the class token, and behind it in some families a distillation token or registers. */
    public abstract int prefixTokens();

    /** Whether outputs have a pooled one: a checkpoint may have been saved without what makes it. */
    public abstract boolean hasPooler();

    /** Its sizes. */
    @Override
    public final String toString() {
        return layers() + " layers of " + hiddenSize() + " numbers, " + heads() + " heads, pictures of " + imageWidth()
                + " x " + imageHeight() + " in patches of " + patchWidth() + " x " + patchHeight();
    }
}
