package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.MemoryAttention;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.model.latent.OpticalFlowEstimator;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * Latents that read two pictures, and a query for each pixel: transformers' {@code PerceiverForOpticalFlow}; Jaegle et al., arXiv
 * 2107.14795, section 4.3. Queries are the rows that the latents have read. They are made again, some at a time: so the memory of a pass is
 * that of reading, whatever is asked.
 */
final class PerceiverFlow extends OpticalFlowEstimator {

    /** What the decoder says of a pixel, for each 1 of the flow: {@code rescale_factor} of the reference, which has no key for it. */
    private static final float SCALE = 100f;

    private final Perceiver perceiver;
    private final FlowRows rows;
    private final LatentDecoder decoder;
    private final int queriesAtATime;

    /**
     * Puts a model together.
     *
     * @param queriesAtATime pixels that are asked for together; the flow does not depend on it
     */
    PerceiverFlow(Engine engine, Perceiver perceiver, FlowRows rows, LatentDecoder decoder, int queriesAtATime) {
        super(engine, perceiver.config().latents());
        this.perceiver = perceiver;
        this.rows = rows;
        this.decoder = decoder;
        this.queriesAtATime = queriesAtATime;
    }

    @Override
    protected Tensor estimate(Frame frame, Tensor patches, Recording recording) {
        int pairs = patches.dimension(0);
        Inputs inputs = Inputs.of(
                pairs,
                _ -> rows.perPair(),
                (inside, from, _, out) -> rows.fill(inside, patches, from * rows.perPair(), out));
        Tensor latents = perceiver.encode(frame, inputs, recording);
        MemoryAttention.Remembered memory = decoder.remember(frame, latents, perceiver.starts(pairs));
        Tensor flow = Tensor.zeros(pairs, rows.height(), rows.width(), AXES);
        int all = Math.multiplyExact(pairs, rows.perPair());
        // A map has all queries of a pair.
        int atATime = recording.keepsCrossAttentions() ? all : queriesAtATime;
        for (int first = 0; first < all; first += atATime) {
            ask(frame, patches, first, Math.min(all, first + atATime), memory, recording, flow);
        }
        return flow;
    }

    /** Fills the flow of the pixels from {@code first} to {@code end}, which are counted through all pairs. */
    private void ask(
            Frame frame,
            Tensor patches,
            int first,
            int end,
            MemoryAttention.Remembered memory,
            Recording recording,
            Tensor flow) {
        int[] starts = new int[memory.starts().length]; // a pair may have none of these pixels
        Arrays.setAll(starts, pair -> Math.clamp((long) pair * rows.perPair(), first, end) - first);
        try (Frame inside = frame.workspace().frame()) {
            Tensor queries = inside.tensor(end - first, FlowRows.CHANNELS); // [queries, 322]
            rows.fill(inside, patches, first, queries);
            Tensor answers = decoder.decode(inside, new Ragged(queries, starts), memory, recording); // [queries, 2]
            for (int i = 0; i < answers.size(); i++) {
                flow.data()[first * AXES + i] = answers.data()[i] / SCALE;
            }
        }
    }

    @Override
    protected int[] expectedShape(int pairs) {
        return rows.shape(pairs);
    }

    @Override
    public int imageHeight() {
        return rows.height();
    }

    @Override
    public int imageWidth() {
        return rows.width();
    }
}
