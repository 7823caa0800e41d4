package io.tesserae.kernel;

/**
 * By how much the pairs of channels of a row are turned at each position: Su et al., arXiv 2104.09864, equation 34.
 *
 * <p>Channel i becomes {@code x[i] · cosines[p][i] + x[partner(i)] · sines[p][i]}, at position p. A pair's first channel has
 * the sine with a minus, so that both channels follow one formula.
 *
 * @param cosines {@code [positions, channels]}
 * @param sines {@code [positions, channels]}, with their signs
 * @param channels how many of a row's channels are turned; even
 * @param interleaved whether channels 2i and 2i + 1 are a pair; else i and i + channels / 2 are
 */
public record RotaryTable(float[] cosines, float[] sines, int channels, boolean interleaved) {

    /** The other channel of a pair. */
    int partner(int channel) {
        int half = channels / 2;
        return interleaved ? channel ^ 1 : channel < half ? channel + half : channel - half;
    }

    /** How many positions there are. */
    public int positions() {
        return channels == 0 ? Integer.MAX_VALUE : cosines.length / channels;
    }
}
