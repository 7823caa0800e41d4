package io.tesserae.model.latent;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * What a model of videos with sound can give back.
 *
 * @param frames of the video
 * @param height of a frame, in pixels
 * @param width of a frame, in pixels
 * @param audioPatches stretches of the sound
 * @param samplesPerPatch samples of a stretch
 * @param labels that the video may have
 */
public record MultimodalShape(int frames, int height, int width, int audioPatches, int samplesPerPatch, int labels) {

    /**
     * Checks that pixels and samples fit into arrays.
     *
     * @throws IllegalArgumentException if they do not, or one of the numbers is less than 1
     */
    public MultimodalShape {
        for (int number : new int[] {frames, height, width, audioPatches, samplesPerPatch, labels}) {
            if (number < 1) {
                throw new IllegalArgumentException("expected 1 or more of each, found " + number);
            }
        }
        Tensor.elementCount(frames, 3, height, width);
        Tensor.elementCount(audioPatches, samplesPerPatch);
    }

    /** Pixels of all frames. */
    public int pixels() {
        return frames * height * width;
    }

    /** Samples of all stretches. */
    public int samples() {
        return audioPatches * samplesPerPatch;
    }

    /** All pixels, and all of the sound. */
    public OutputPoints all() {
        return chunk(0, 1);
    }

    /**
     * One of several chunks of about the same size that have all pixels and all of the sound, in their order.
     *
     * @param index which, from 0 to {@code chunks} - 1
     * @param chunks 1 to {@link #pixels()}; 128 is usual where a model has 802,816 pixels
     * @throws IllegalArgumentException if either is out of range
     */
    public OutputPoints chunk(int index, int chunks) {
        requireChunks(chunks);
        if (index < 0 || index >= chunks) {
            throw new IllegalArgumentException("expected a chunk from 0 to " + (chunks - 1) + ", found " + index);
        }
        return new OutputPoints(range(index, chunks, pixels()), range(index, chunks, audioPatches));
    }

    private static int[] range(int index, int chunks, int count) {
        int from = (int) ((long) count * index / chunks);
        int to = (int) ((long) count * (index + 1) / chunks);
        return IntStream.range(from, to).toArray();
    }

    /** Refuses a number of chunks that there cannot be. */
    void requireChunks(int chunks) {
        if (chunks < 1 || chunks > pixels()) {
            throw new IllegalArgumentException(
                    "expected 1 to " + pixels() + " chunks, no more than there are pixels, found " + chunks);
        }
    }

    /** Refuses points that there are not. */
    void require(OutputPoints points) {
        Arguments.require(points, "points");
        require(points.image(), "image", pixels(), "pixels (output_shape in config.json)");
        require(
                points.audio(),
                "audio",
                audioPatches,
                "patches of sound (num_frames, audio_samples_per_frame and samples_per_patch in config.json)");
    }

    private static void require(int[] points, String kind, int count, String what) {
        for (int i = 0; i < points.length; i++) {
            if (points[i] < 0 || points[i] >= count) {
                throw new IllegalArgumentException(kind + " point " + i + ": expected 0 to " + (count - 1)
                        + ", since the model gives back " + count + " " + what + "; found " + points[i]);
            }
        }
    }
}
