package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.layer.Linear;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Two pictures as rows: for each pixel what is around it in both, through a linear layer, beside the Fourier features of its place. The
 * latents read these rows, and the same rows ask for the flow. Transformers' {@code PerceiverImagePreprocessor} with {@code
 * prep_type="patches"}; Jaegle et al., arXiv 2107.14795, section 4.3.
 */
final class FlowRows {

    private static final int FRAMES = 2;

    /** Of a pixel in one picture: 3 x 3 pixels of red, green and blue. */
    private static final int PATCH = 27;

    /** Fixed in the reference, which has no key for them. */
    private static final int FEATURES = 64;

    private static final int BANDS = 64;

    /** Numbers of a row. */
    static final int CHANNELS = FEATURES + new FourierPositions(BANDS, 1, 1).channels();

    /** Rows that are made at a time, so that patches that lie together are few beside the rows themselves. */
    private static final int ROWS_AT_A_TIME = 4096;

    /** Rows of one thread's turn. */
    private static final int ROWS_OF_A_TASK = 128;

    private final Linear convAfterPatches; // [64, 54]
    private final FourierPositions.Grid places;
    private final int height;
    private final int width;

    private FlowRows(Linear convAfterPatches, int height, int width) {
        this.convAfterPatches = convAfterPatches;
        this.places = new FourierPositions(BANDS, height, width).grid(height, width);
        this.height = height;
        this.width = width;
    }

    /** Loads from below {@code perceiver.input_preprocessor}, for pictures of one size. */
    static FlowRows load(Engine engine, int height, int width, StateDict weights) {
        Linear convAfterPatches = Linear.load(engine, weights.at("conv_after_patches"), FEATURES, FRAMES * PATCH);
        return new FlowRows(convAfterPatches, height, width);
    }

    /** In pixels. */
    int height() {
        return height;
    }

    /** In pixels. */
    int width() {
        return width;
    }

    /** Rows of a pair of pictures: one for each place. */
    int perPair() {
        return height * width;
    }

    /**
     * The shape of a batch.
     *
     * @return {@code [pairs, 2, 27, height, width]}
     */
    int[] shape(int pairs) {
        return new int[] {pairs, FRAMES, PATCH, height, width};
    }

    /**
     * Makes some rows of all that a batch has, pair by pair.
     *
     * @param patches {@code [pairs, 2, 27, height, width]}
     * @param first the first of these rows
     * @param rows receives {@code [rows, 322]}
     */
    void fill(Frame frame, Tensor patches, int first, Tensor rows) {
        for (int done = 0; done < rows.dimension(0); done += ROWS_AT_A_TIME) {
            int count = Math.min(ROWS_AT_A_TIME, rows.dimension(0) - done);
            fill(frame, patches, first, rows, done, count);
        }
    }

    /** Fills so many rows from row {@code done} on. */
    private void fill(Frame frame, Tensor patches, int first, Tensor rows, int done, int count) {
        try (Frame inside = frame.workspace().frame()) {
            Tensor gathered = inside.tensor(count, FRAMES * PATCH); // [rows, 54]
            inTurns(inside, count, row -> gather(patches, first + done + row, gathered, row));
            MatrixView features = new MatrixView(rows.data(), done * CHANNELS, CHANNELS);
            convAfterPatches.forward(inside.workspace(), gathered, features);
            inTurns(
                    inside,
                    count,
                    row -> places.copy(
                            (first + done + row) % perPair(), rows.data(), (done + row) * CHANNELS + FEATURES));
        }
    }

    /** Makes one row of what lies in planes: transformers' {@code space_to_depth}. */
    private void gather(Tensor patches, int place, Tensor gathered, int row) {
        int plane = perPair();
        int from = place / plane * FRAMES * PATCH * plane + place % plane;
        int to = row * FRAMES * PATCH;
        for (int value = 0; value < FRAMES * PATCH; value++) {
            gathered.data()[to + value] = patches.data()[from + value * plane];
        }
    }

    /** What is done for each row. */
    private interface EachRow {
        void make(int row);
    }

    private static void inTurns(Frame frame, int rows, EachRow each) {
        int tasks = (rows + ROWS_OF_A_TASK - 1) / ROWS_OF_A_TASK;
        frame.workspace().machine().workers().run(tasks, (task, thread) -> {
            for (int row = task * ROWS_OF_A_TASK; row < Math.min(rows, (task + 1) * ROWS_OF_A_TASK); row++) {
                each.make(row);
            }
        });
    }
}
