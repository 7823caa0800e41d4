package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Recording;
import io.tesserae.model.latent.FeatureBatch;
import io.tesserae.model.latent.LatentEncoder;
import io.tesserae.tensor.Tensor;

/** Rows of numbers as inputs, as they are: transformers' {@code PerceiverModel} without a preprocessor and without a decoder. */
final class PerceiverFeatures extends LatentEncoder {

    private final Perceiver perceiver;

    PerceiverFeatures(Engine engine, Perceiver perceiver) {
        super(engine, perceiver.config().latents());
        this.perceiver = perceiver;
    }

    @Override
    protected Tensor encode(Frame frame, FeatureBatch batch, Recording recording) {
        return perceiver.encode(
                frame,
                Inputs.of(
                        batch.sequences().size(),
                        sequence -> batch.sequences().get(sequence).dimension(0),
                        (_, from, to, rows) -> fill(batch, from, to, rows)),
                recording);
    }

    private static void fill(FeatureBatch batch, int from, int to, Tensor rows) {
        int offset = 0;
        for (Tensor sequence : batch.sequences().subList(from, to)) {
            System.arraycopy(sequence.data(), 0, rows.data(), offset, sequence.size());
            offset += sequence.size();
        }
    }

    @Override
    public int inputWidth() {
        return perceiver.inputWidth();
    }
}
