package io.tesserae.layer;

import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.RotaryTable;
import io.tesserae.kernel.Workspace;

/**
 * Rotary position embedding: Su et al., arXiv 2104.09864. Pairs of channels of the queries and keys are turned by an angle that
 * is the token's position times the pair's frequency, so that their products depend on how far apart two tokens are.
 *
 * <p>The table is made once, in float64, and then rounded: so the angle of a far position is as exact as that of a near one.
 * Cosines are {@link StrictMath}'s, the same on every machine.
 */
public final class RotaryEmbedding {

    /** Which channels are a pair. */
    public enum Layout {
        /** Channel i of the first half and of the second: GPT-NeoX, Llama, ModernBERT. */
        HALVES,
        /** Channels 2i and 2i + 1, as in the paper: GPT-J. */
        INTERLEAVED
    }

    private final RotaryTable table;

    private RotaryEmbedding(RotaryTable table) {
        this.table = table;
    }

    /**
     * Makes the table of the paper's frequencies, {@code theta^(-2i / channels)}: section 3.2.2.
     *
     * @param channels how many of a head's channels are turned, the first ones; even, and perhaps fewer than the head has
     * @param theta 10,000 in the paper
     * @param positions how many positions there are
     * @throws IllegalArgumentException if {@code channels} is odd or negative, {@code theta} is not positive, or there would be
     *     more values than an array holds
     */
    public static RotaryEmbedding of(int channels, double theta, int positions, Layout layout) {
        if (channels < 0 || channels % 2 != 0 || !(theta > 0)) {
            throw new IllegalArgumentException("rotary embedding: expected an even number of channels and a positive"
                    + " theta, found " + channels + " and " + theta);
        }
        double[] frequencies = new double[channels / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = StrictMath.pow(theta, -2.0 * i / channels);
        }
        return of(frequencies, positions, layout);
    }

    /**
     * Makes the table of any frequencies: some models stretch them, for texts that are longer than those of their training.
     *
     * @param frequencies {@code [channels / 2]}, in radians a position
     * @param positions how many positions there are
     * @throws IllegalArgumentException if there would be more values than an array holds
     */
    public static RotaryEmbedding of(double[] frequencies, int positions, Layout layout) {
        int half = frequencies.length;
        int channels = 2 * half;
        if (positions < 0 || (long) positions * channels > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("rotary embedding: expected 0 positions or more, and in all fewer than"
                    + " 2^31 values, found " + positions + " positions of " + channels + " channels");
        }
        boolean interleaved = layout == Layout.INTERLEAVED;
        float[] cosines = new float[positions * channels]; // [positions, channels]
        float[] sines = new float[positions * channels]; // [positions, channels]
        for (int position = 0; position < positions; position++) {
            for (int pair = 0; pair < half; pair++) {
                double angle = position * frequencies[pair];
                int first = position * channels + (interleaved ? 2 * pair : pair);
                int second = first + (interleaved ? 1 : half);
                cosines[first] = (float) StrictMath.cos(angle);
                cosines[second] = cosines[first];
                sines[second] = (float) StrictMath.sin(angle);
                sines[first] = -sines[second];
            }
        }
        return new RotaryEmbedding(new RotaryTable(cosines, sines, channels, interleaved));
    }

    /**
     * Turns the rows of some heads, in place.
     *
     * @param x {@code [tokens, heads · headSize]}, of which each head is a block of columns
     * @param heads how many heads there are, from the first block on
     * @param positionIds {@code [tokens]}
     * @throws IllegalArgumentException if heads are smaller than what is turned, or there is no such position
     */
    public void forward(Workspace workspace, MatrixView x, int heads, int[] positionIds) {
        if (x.blockColumns() < table.channels() || (heads > 1 && x.blockStride() == 0)) {
            throw new IllegalArgumentException(
                    "rotary embedding of " + table.channels() + " channels: found heads of " + x.blockColumns());
        }
        for (int position : positionIds) {
            if (position < 0 || position >= table.positions()) {
                throw new IllegalArgumentException("a sequence reaches position " + position
                        + ", but the model has only " + table.positions() + " positions; truncate the text");
            }
        }
        ParallelKernels.rotate(workspace, table, x, heads, positionIds);
    }

    /** How many channels of a head are turned. */
    public int channels() {
        return table.channels();
    }

    /** How many positions there are. */
    public int positions() {
        return table.positions();
    }
}
