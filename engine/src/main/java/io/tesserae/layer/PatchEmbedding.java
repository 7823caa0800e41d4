package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Turns pictures into tokens: Dosovitskiy et al., arXiv 2010.11929, section 3.1. A picture is cut into patches that do not
 * overlap; the pixels of each, channel after channel, are one row of a matrix, and a linear layer makes a token of it.
 *
 * <p>Patches are taken in reading order. Pixels at the right and lower edge that do not fill a patch are left out, as a
 * convolution leaves them out.
 */
public final class PatchEmbedding {

    private final Linear projection; // [hidden, channels · patchHeight · patchWidth]
    private final int channels;
    private final int patchHeight;
    private final int patchWidth;

    private PatchEmbedding(Linear projection, int channels, int patchHeight, int patchWidth) {
        this.projection = projection;
        this.channels = channels;
        this.patchHeight = patchHeight;
        this.patchWidth = patchWidth;
    }

    /** Loads {@code weight} and {@code bias} of the convolution below a name. */
    public static PatchEmbedding load(
            Engine engine, StateDict weights, int hidden, int channels, int patchHeight, int patchWidth) {
        return load(engine, weights, hidden, channels, patchHeight, patchWidth, true);
    }

    /**
     * Loads {@code weight}, and {@code bias} where there is one, of the convolution below a name.
     *
     * @param biased whether there is a bias; if not, the state dict holds none
     */
    public static PatchEmbedding load(
            Engine engine,
            StateDict weights,
            int hidden,
            int channels,
            int patchHeight,
            int patchWidth,
            boolean biased) {
        return new PatchEmbedding(
                convolution(engine, weights, hidden, channels, patchHeight, patchWidth, biased),
                channels,
                patchHeight,
                patchWidth);
    }

    /**
     * Loads a convolution whose kernel is as large as its stride: {@code torch.nn.Conv2d} on patches that do not overlap.
     * With every patch unfolded to a row it is a linear layer, and its weight is already stored as one.
     *
     * @param biased whether there is a bias; if not, the state dict holds none
     * @return a layer from {@code [rows, channels · height · width]} to {@code [rows, outChannels]}
     */
    static Linear convolution(
            Engine engine, StateDict weights, int outChannels, int channels, int height, int width, boolean biased) {
        int inFeatures = Tensor.elementCount(channels, height, width);
        return Linear.pack(
                engine,
                List.of(outChannels),
                inFeatures,
                List.of(weights.require("weight", outChannels, channels, height, width)),
                biased ? List.of(weights.read("bias", outChannels)) : List.of());
    }

    /** How many patches lie below each other in a picture of this height. */
    public int gridHeight(int height) {
        return height / patchHeight;
    }

    /** How many patches lie beside each other in a picture of this width. */
    public int gridWidth(int width) {
        return width / patchWidth;
    }

    /**
     * Fills the rows of all patches, those of picture i from row {@code firstRows[i]} on. What the other rows hold afterwards
     * means nothing; they are there so that patches come to lie where the caller wants them among its tokens.
     *
     * @param pictures each {@code [channels, height, width]}
     * @param firstRows ascending, with room for each picture's patches
     * @param out {@code [rows, hidden]}
     */
    public void forward(Workspace workspace, List<Tensor> pictures, int[] firstRows, Tensor out) {
        try (Frame frame = workspace.frame()) {
            int patch = channels * patchHeight * patchWidth;
            Tensor unfolded = frame.tensor(out.dimension(0), patch); // [rows, patch]
            int end = 0;
            for (int i = 0; i < pictures.size(); i++) {
                clear(unfolded, end, firstRows[i]);
                end = firstRows[i] + unfold(workspace, pictures.get(i), unfolded, firstRows[i]);
            }
            clear(unfolded, end, unfolded.dimension(0));
            projection.forward(workspace, unfolded, Epilogue.NONE, out);
        }
    }

    /** Zeros, so that rows without a patch cost no more than others: old values may be subnormal or not numbers at all. */
    private static void clear(Tensor rows, int from, int to) {
        int width = rows.dimension(1);
        Arrays.fill(rows.data(), from * width, to * width, 0f);
    }

    /** Copies a picture's patches to the rows from {@code firstRow} on; returns how many there are. */
    private int unfold(Workspace workspace, Tensor picture, Tensor unfolded, int firstRow) {
        int gridHeight = gridHeight(picture.dimension(1));
        int gridWidth = gridWidth(picture.dimension(2));
        workspace.machine().workers().run(gridHeight, (gridRow, thread) -> {
            for (int gridColumn = 0; gridColumn < gridWidth; gridColumn++) {
                unfoldPatch(picture, gridRow, gridColumn, unfolded, firstRow + gridRow * gridWidth + gridColumn);
            }
        });
        return gridHeight * gridWidth;
    }

    private void unfoldPatch(Tensor picture, int gridRow, int gridColumn, Tensor unfolded, int row) {
        int height = picture.dimension(1);
        int width = picture.dimension(2);
        int to = row * unfolded.dimension(1);
        for (int channel = 0; channel < channels; channel++) {
            int from = (channel * height + gridRow * patchHeight) * width + gridColumn * patchWidth;
            for (int y = 0; y < patchHeight; y++) {
                System.arraycopy(picture.data(), from + y * width, unfolded.data(), to, patchWidth);
                to += patchWidth;
            }
        }
    }
}
