package io.tesserae.model.episode;

/**
 * What a generalist takes and gives.
 *
 * @param widestContinuous numbers of a continuous observation and its reward, or of a continuous action, at most
 * @param discreteWidth numbers of a discrete observation, exactly
 * @param photoSize height and width of photos, in pixels
 * @param patchSize height and width of their patches
 * @param photoChannels colours
 * @param takesFrames whether it has the encoder for the frames of games, {@code [4, 84, 84]}
 */
public record GeneralistShape(
        int widestContinuous, int discreteWidth, int photoSize, int patchSize, int photoChannels, boolean takesFrames) {

    /** Tokens of a photo. */
    public int photoTokens() {
        int side = photoSize / patchSize;
        return side * side;
    }
}
