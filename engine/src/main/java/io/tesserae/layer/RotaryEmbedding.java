package io.tesserae.layer;

import io.tesserae.kernel.Frame;
import io.tesserae.kernel.RotaryTable;

/**
 * Rotary position embedding: Su et al., arXiv 2104.09864. Pairs of channels of the queries and keys are turned by an angle that
 * is the token's position times the pair's frequency, so that their products depend on how far apart two tokens are.
 *
 * <p>Frequencies and angles are rounded to float32 where the reference rounds them: at position 2,000 that is more than the last
 * bits of an angle. Sines are {@link StrictMath}'s, the same on every machine. They are made anew for the tokens of every pass, a few
 * microseconds each: so a model of 131,072 positions keeps no table of them.
 */
public final class RotaryEmbedding {

    /** Which channels are a pair. */
    public enum Layout {
        /** Channel i of the first half and of the second: GPT-NeoX, Llama, ModernBERT. */
        HALVES,
        /** Channels 2i and 2i + 1, as in the paper: GPT-J. */
        INTERLEAVED
    }

    private final float[] frequencies; // [channels / 2], in radians a position
    private final float amplitude;
    private final Layout layout;

    private RotaryEmbedding(float[] frequencies, float amplitude, Layout layout) {
        this.frequencies = frequencies;
        this.amplitude = amplitude;
        this.layout = layout;
    }

    /**
     * Of the paper's frequencies.
     *
     * @param channels how many of a head's channels are turned, the first ones; even, and perhaps fewer than the head has
     * @param theta 10,000 in the paper
     * @throws IllegalArgumentException if {@code channels} is odd or negative, or {@code theta} is not positive
     */
    public static RotaryEmbedding of(int channels, double theta, Layout layout) {
        return of(frequencies(channels, theta), 1f, layout);
    }

    /**
     * Of any frequencies: some models stretch them, for texts that are longer than those of their training.
     *
     * @param frequencies {@code [channels / 2]}, in radians a position
     * @param amplitude multiplies sines and cosines; 1 where rows keep their length
     */
    public static RotaryEmbedding of(float[] frequencies, float amplitude, Layout layout) {
        return new RotaryEmbedding(frequencies.clone(), amplitude, layout);
    }

    /**
     * The paper's frequencies, {@code theta^(-2i / channels)}: section 3.2.2.
     *
     * @return {@code [channels / 2]}, in radians a position
     * @throws IllegalArgumentException if {@code channels} is odd or negative, or {@code theta} is not positive
     */
    public static float[] frequencies(int channels, double theta) {
        if (channels < 0 || channels % 2 != 0 || !(theta > 0)) {
            throw new IllegalArgumentException("rotary embedding: expected an even number of channels and a positive"
                    + " theta, found " + channels + " and " + theta);
        }
        float[] frequencies = new float[channels / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1f / (float) StrictMath.pow((float) theta, 2f * i / channels);
        }
        return frequencies;
    }

    /**
     * How rows at some positions are turned.
     *
     * @param frame receives the sines
     * @param positionIds {@code [rows]}, each 0 or more
     */
    public Rotation at(Frame frame, int[] positionIds) {
        int half = frequencies.length;
        int channels = 2 * half;
        boolean interleaved = layout == Layout.INTERLEAVED;
        float[] cosines = frame.floats(Math.multiplyExact(positionIds.length, channels)); // [rows, channels]
        float[] sines = frame.floats(Math.multiplyExact(positionIds.length, channels)); // [rows, channels]
        for (int row = 0; row < positionIds.length; row++) {
            for (int pair = 0; pair < half; pair++) {
                float angle = positionIds[row] * frequencies[pair];
                int first = row * channels + (interleaved ? 2 * pair : pair);
                int second = first + (interleaved ? 1 : half);
                cosines[first] = (float) StrictMath.cos(angle) * amplitude;
                cosines[second] = cosines[first];
                sines[second] = (float) StrictMath.sin(angle) * amplitude;
                sines[first] = -sines[second];
            }
        }
        return new Rotation(new RotaryTable(cosines, sines, channels, interleaved));
    }

    /** How many channels of a head are turned. */
    public int channels() {
        return 2 * frequencies.length;
    }
}
