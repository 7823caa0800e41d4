package io.tesserae.family.llama;

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

/** LLaMA as an encoder: whole texts in, hidden states out. */
final class Llama extends Encoder {

    private final LlamaNetwork network;

    private Llama(Engine engine, TensorSource source, LlamaNetwork network) {
        super(engine, source);
        this.network = network;
    }

    /**
     * Loads it.
     *
     * @param base what lies below {@code model}
     */
    static Llama load(Engine engine, LlamaConfig config, StateDict base, TensorSource source) {
        return new Llama(engine, source, LlamaNetwork.load(engine, config, base));
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, Recording recording, Rows wanted) {
        requireKnown(batch);
        DecoderPass pass = DecoderPass.causal(batch.sequenceStarts(), DecoderContext.NONE, recording);
        return network.forward(frame, batch, pass, wanted);
    }

    @Override
    public LlamaConfig config() {
        return network.config();
    }
}
