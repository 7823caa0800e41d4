package io.tesserae.family.gpt2;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.model.Encoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/** GPT-2 as an encoder: whole texts in, hidden states out. */
final class Gpt2 extends Encoder {

    private final Gpt2Network network;

    private Gpt2(Engine engine, TensorSource source, Gpt2Network network) {
        super(engine, source);
        this.network = network;
    }

    static Gpt2 load(Engine engine, Gpt2Config config, StateDict weights, TensorSource source) {
        return new Gpt2(engine, source, Gpt2Network.load(engine, config, weights));
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        DecoderPass pass = DecoderPass.causal(batch.sequenceStarts(), DecoderContext.NONE, recording);
        return network.forward(frame, batch, pass, wanted);
    }

    @Override
    public Gpt2Config config() {
        return network.config();
    }
}
