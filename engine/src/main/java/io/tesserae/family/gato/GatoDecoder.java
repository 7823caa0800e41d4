package io.tesserae.family.gato;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.GptNeoTransformer;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.model.Decoder;
import io.tesserae.model.EncoderConfig;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/** GATO's transformer with its head. What has more than an id comes as an inserted row; an id by itself is looked up. */
final class GatoDecoder extends Decoder {

    private final GatoConfig config;
    private final Embedding embeddings; // [vocabulary, hidden]
    private final GptNeoTransformer transformer;
    private final Linear lmHead; // [vocabulary, hidden], without a bias

    private GatoDecoder(
            Engine engine, GatoConfig config, Embedding embeddings, GptNeoTransformer transformer, Linear lmHead) {
        super(engine);
        this.config = config;
        this.embeddings = embeddings;
        this.transformer = transformer;
        this.lmHead = lmHead;
    }

    /**
     * Loads the decoder.
     *
     * @param weights what lies below {@code causal_lm_model}
     */
    static GatoDecoder load(Engine engine, GatoConfig config, Embedding embeddings, StateDict weights) {
        return new GatoDecoder(
                engine,
                config,
                embeddings,
                GptNeoTransformer.load(engine, config.transformer(), weights.at("transformer")),
                Linear.load(engine, weights.at("lm_head"), config.vocabSize(), config.hiddenSize(), false));
    }

    @Override
    protected Tensor decode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
        int hidden = config.hiddenSize();
        Tensor x = frame.tensor(batch.tokens(), hidden);
        for (int token = 0; token < batch.tokens(); token++) {
            embeddings.lookUp(batch.inputIds()[token], x.data(), token * hidden);
        }
        pass.insert(x);
        return transformer.forward(frame, x, batch.positionIds(), pass, wanted);
    }

    @Override
    protected void score(Workspace workspace, Tensor hiddenStates, Tensor logits) {
        lmHead.forward(workspace, hiddenStates, Epilogue.NONE, logits);
    }

    @Override
    protected AttentionShape attentionShape() {
        return config.transformer().attention();
    }

    @Override
    protected DecoderStack layers() {
        return transformer.h();
    }

    @Override
    public EncoderConfig config() {
        return config;
    }
}
