package io.tesserae.family.dinov3;

import io.tesserae.kernel.Frame;
import io.tesserae.kernel.RotaryTable;
import io.tesserae.layer.Rotation;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageGrid;
import java.util.Arrays;

/**
 * Rotary positions of patches: Siméoni et al., arXiv 2508.10104, section 3.2; transformers' {@code DINOv3ViTRopePositionEmbedding}. The
 * middle of a patch has coordinates from -1 to 1, down and across, whatever the picture's size. Half of the pairs of channels are
 * turned by the one, half by the other; the tokens before the patches are not turned at all.
 *
 * <p>Coordinates and angles are rounded to float32 where the reference rounds them; sines are {@link StrictMath}'s.
 *
 * @param grid how pictures are cut
 * @param frequencies {@code [channels of a head / 4]}
 */
record PatchTurns(ImageGrid grid, float[] frequencies) {

    private static final float FULL_TURN = (float) (2 * Math.PI);

    /**
     * Of the reference's frequencies, {@code theta^(-4i / channels)}.
     *
     * @param headSize channels of a head; a multiple of four
     */
    static PatchTurns of(ImageGrid grid, int headSize, double theta) {
        float[] frequencies = new float[headSize / 4];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1f / (float) StrictMath.pow((float) theta, (float) (i * (4.0 / headSize)));
        }
        return new PatchTurns(grid, frequencies);
    }

    /**
     * How the tokens of a batch are turned.
     *
     * @param frame receives the sines
     * @param sequenceStarts where each picture's tokens begin, and where the last's end; its last tokens are its patches
     */
    Rotation at(Frame frame, ImageBatch batch, int[] sequenceStarts) {
        int channels = 4 * frequencies.length;
        int size = Math.multiplyExact(sequenceStarts[batch.images()], channels);
        RotaryTable table = new RotaryTable(frame.floats(size), frame.floats(size), channels, false);
        for (int i = 0; i < batch.images(); i++) {
            int rows = batch.pixelValues(i).dimension(1) / grid.patchHeight();
            int columns = batch.pixelValues(i).dimension(2) / grid.patchWidth();
            int firstPatch = sequenceStarts[i + 1] - rows * columns;
            Arrays.fill(table.cosines(), sequenceStarts[i] * channels, firstPatch * channels, 1f);
            Arrays.fill(table.sines(), sequenceStarts[i] * channels, firstPatch * channels, 0f);
            for (int row = 0; row < rows; row++) {
                turn(table, 0, coordinate(row, rows), new Line(firstPatch + row * columns, 1, columns));
            }
            for (int column = 0; column < columns; column++) {
                turn(
                        table,
                        frequencies.length,
                        coordinate(column, columns),
                        new Line(firstPatch + column, columns, rows));
            }
        }
        return new Rotation(table);
    }

    /** A row of patches, or a column: tokens that have a coordinate in common. */
    private record Line(int firstToken, int step, int count) {}

    /** The middle of one of so many lines, from -1 to 1. */
    private static float coordinate(int line, int lines) {
        return 2f * ((line + 0.5f) / lines) - 1f;
    }

    /**
     * Fills in half of the pairs of a line's tokens.
     *
     * @param firstPair the first of those pairs
     */
    private void turn(RotaryTable table, int firstPair, float coordinate, Line line) {
        int half = table.channels() / 2;
        for (int i = 0; i < frequencies.length; i++) {
            float angle = FULL_TURN * coordinate * frequencies[i];
            float cosine = (float) StrictMath.cos(angle);
            float sine = (float) StrictMath.sin(angle);
            for (int n = 0; n < line.count; n++) {
                int first = (line.firstToken + n * line.step) * table.channels() + firstPair + i;
                table.cosines()[first] = cosine;
                table.cosines()[first + half] = cosine;
                table.sines()[first] = -sine;
                table.sines()[first + half] = sine;
            }
        }
    }
}
