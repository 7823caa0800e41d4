package io.tesserae.family.blip;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.model.GroundedTextEncoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/** What reads a question, or a caption: transformers' {@code BlipTextModel} with {@code is_decoder} false. */
final class BlipTextEncoder extends GroundedTextEncoder {

    private final BlipTextConfig config;
    private final BlipText text;

    private BlipTextEncoder(Engine engine, BlipTextConfig config, BlipText text) {
        super(engine);
        this.config = config;
        this.text = text;
    }

    /**
     * Loads the encoder.
     *
     * @param weights below {@code text_encoder}
     */
    static BlipTextEncoder load(Engine engine, BlipConfig config, StateDict weights) {
        BlipTextConfig text = config.textConfig();
        int memoryWidth = config.visionConfig().hiddenSize();
        return new BlipTextEncoder(engine, text, BlipText.load(engine, text, memoryWidth, weights));
    }

    @Override
    public BlipTextConfig config() {
        return config;
    }

    @Override
    protected DecoderStack layers() {
        return text.layers();
    }

    @Override
    protected Tensor encode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
        return text.forward(frame, batch, pass, wanted);
    }
}
