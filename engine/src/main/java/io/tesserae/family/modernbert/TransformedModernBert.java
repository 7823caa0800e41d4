package io.tesserae.family.modernbert;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.model.Encoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/** A ModernBERT whose rows pass a {@link PredictionHead} before a classifier reads them. What is recorded has not passed it. */
final class TransformedModernBert extends Encoder {

    private final ModernBert encoder;
    private final PredictionHead head;

    TransformedModernBert(Engine engine, ModernBert encoder, PredictionHead head, TensorSource source) {
        super(engine, source);
        this.encoder = encoder;
        this.head = head;
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        return head.forward(frame, encoder.encode(frame, batch, recording, wanted));
    }

    @Override
    public ModernBertConfig config() {
        return encoder.config();
    }
}
