package io.tesserae.family.gato;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.model.PicturePatches;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Makes a row of each patch: what it shows, and where in its picture it lies. Reed et al., arXiv 2205.06175, appendix C.2: its rows and
 * its columns are intervals of the picture's, cut into steps; a place is drawn from them in training, and is their middle otherwise.
 *
 * @param encoder of what patches show
 * @param rowEmbedding {@code [steps, hidden]}
 * @param columnEmbedding {@code [steps, hidden]}
 */
record PatchRows(PatchEncoder encoder, Tensor rowEmbedding, Tensor columnEmbedding) {

    /**
     * Loads the encoder and the tables.
     *
     * @param emb what lies below {@code emb}
     */
    static PatchRows load(Engine engine, GatoConfig config, StateDict emb) {
        StateDict positions = emb.at("image_pos_enc");
        int steps = config.imageVocabSize();
        return new PatchRows(
                PatchEncoder.load(engine, config, emb.at("image_encoder")),
                positions.read("row_embedding.weight", steps, config.hiddenSize()),
                positions.read("column_embedding.weight", steps, config.hiddenSize()));
    }

    /**
     * The rows of all patches.
     *
     * @param frame receives the result
     * @return {@code [patches, hidden]}, in the frame's memory
     */
    Tensor forward(Frame frame, PicturePatches patches) {
        int hidden = rowEmbedding.dimension(1);
        Tensor rows = encoder.forward(frame, patches); // [patches, hidden]
        Kernels kernels = frame.workspace().machine().kernels();
        float[] positions = patches.positions();
        for (int patch = 0; patch < patches.count(); patch++) {
            int top = patch * PicturePatches.POSITION_VALUES;
            int row = middle(positions[top], positions[top + 2]);
            int column = middle(positions[top + 1], positions[top + 3]);
            kernels.addScaled(1f, rowEmbedding.data(), row * hidden, rows.data(), patch * hidden, hidden);
            kernels.addScaled(1f, columnEmbedding.data(), column * hidden, rows.data(), patch * hidden, hidden);
        }
        return rows;
    }

    /** The step in the middle of an interval; between two steps, the lower. */
    private int middle(float from, float to) {
        return (step(from) + step(to)) / 2;
    }

    /** The step that a fraction of the picture falls into; its end falls into the last. */
    private int step(float fraction) {
        int steps = rowEmbedding.dimension(0);
        return Math.min((int) Math.floor(fraction * steps), steps - 1);
    }
}
