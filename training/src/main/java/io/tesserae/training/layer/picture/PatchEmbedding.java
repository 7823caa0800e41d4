package io.tesserae.training.layer.picture;

import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/**
 * Makes a token of every patch of a picture: Dosovitskiy et al., arXiv 2010.11929, section 3.1. A convolution whose
 * kernel is as large as its stride is a linear layer on patches, each unfolded to a row; no gradient flows back to
 * pixels.
 *
 * @param projection {@code [hidden, channels, patchHeight, patchWidth]}
 */
public record PatchEmbedding(Linear projection) {

    /** The convolution below a name, with {@code weight} and {@code bias}. */
    public static PatchEmbedding of(Parameters parameters, int hidden, int channels, int patchHeight, int patchWidth) {
        return new PatchEmbedding(new Linear(
                parameters.require("weight", Initialization.NORMAL, hidden, channels, patchHeight, patchWidth),
                Optional.of(parameters.require("bias", Initialization.ZEROS, hidden))));
    }

    private int patchHeight() {
        return projection.weight().value().dimension(2);
    }

    private int patchWidth() {
        return projection.weight().value().dimension(3);
    }

    /** How many patches lie below each other in a picture. */
    int gridHeight(Tensor picture) {
        return picture.dimension(1) / patchHeight();
    }

    /** How many patches lie beside each other in a picture. */
    int gridWidth(Tensor picture) {
        return picture.dimension(2) / patchWidth();
    }

    /**
     * The patches of all pictures, in reading order. Pixels that do not fill a patch are left out, as a convolution
     * leaves them out.
     *
     * @return {@code [patches, hidden]}
     */
    public Variable forward(Tape tape, ImageBatch batch) {
        int patches = 0;
        for (int i = 0; i < batch.images(); i++) {
            patches += gridHeight(batch.pixelValues(i)) * gridWidth(batch.pixelValues(i));
        }
        int size = batch.pixelValues(0).dimension(0) * patchHeight() * patchWidth();
        Tensor unfolded = tape.constantMemory(patches, size); // [patches, channels · patchHeight · patchWidth]
        int first = 0;
        for (int i = 0; i < batch.images(); i++) {
            first += unfold(tape, batch.pixelValues(i), unfolded, first);
        }
        return projection.forward(tape, tape.constant(unfolded));
    }

    /** Copies a picture's patches to the rows from {@code firstRow} on; returns how many there are. */
    private int unfold(Tape tape, Tensor picture, Tensor unfolded, int firstRow) {
        int gridWidth = gridWidth(picture);
        int patches = gridHeight(picture) * gridWidth;
        tape.overRows(patches, unfolded.dimension(1), (from, to) -> {
            for (int patch = from; patch < to; patch++) {
                unfoldPatch(picture, patch / gridWidth, patch % gridWidth, unfolded, firstRow + patch);
            }
        });
        return patches;
    }

    private void unfoldPatch(Tensor picture, int gridRow, int gridColumn, Tensor unfolded, int row) {
        int height = picture.dimension(1);
        int width = picture.dimension(2);
        int to = row * unfolded.dimension(1);
        for (int channel = 0; channel < picture.dimension(0); channel++) {
            int from = (channel * height + gridRow * patchHeight()) * width + gridColumn * patchWidth();
            for (int y = 0; y < patchHeight(); y++) {
                System.arraycopy(picture.data(), from + y * width, unfolded.data(), to, patchWidth());
                to += patchWidth();
            }
        }
    }
}
