package io.tesserae.family.blip;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.DecoderStack;
import io.tesserae.model.Decoder;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * What writes: Li et al., arXiv 2201.12086, section 3.1; transformers' {@code BlipTextLMHeadModel}. A hidden state goes through a
 * linear layer, the activation and a layer norm, and is then compared with every word's embedding.
 */
final class BlipTextDecoder extends Decoder {

    private final BlipTextConfig config;
    private final BlipText text;
    private final Linear transform; // [hidden, hidden]
    private final Epilogue activate;
    private final LayerNorm layerNorm;
    private final Linear decoder; // [vocabulary, hidden]

    private BlipTextDecoder(
            Engine engine,
            BlipTextConfig config,
            BlipText text,
            Linear transform,
            LayerNorm layerNorm,
            Linear decoder) {
        super(engine);
        this.config = config;
        this.text = text;
        this.transform = transform;
        this.activate = new Epilogue.Activate(config.hiddenAct());
        this.layerNorm = layerNorm;
        this.decoder = decoder;
    }

    /**
     * Loads the decoder.
     *
     * @param weights below {@code text_decoder}
     */
    static BlipTextDecoder load(Engine engine, BlipConfig config, StateDict weights) {
        BlipTextConfig text = config.textConfig();
        int hidden = text.hiddenSize();
        StateDict predictions = weights.at("cls.predictions");
        Linear transform = Linear.load(engine, predictions.at("transform.dense"), hidden, hidden);
        LayerNorm layerNorm = LayerNorm.load(predictions.at("transform.LayerNorm"), hidden, text.layerNormEps());
        Linear decoder = vocabulary(engine, config, weights);
        BlipText below = BlipText.load(engine, text, config.visionConfig().hiddenSize(), weights.at("bert"));
        return new BlipTextDecoder(engine, text, below, transform, layerNorm, decoder);
    }

    /**
     * The last layer. Its weight and its bias are tied to the word embeddings and to a bias of their own; what the file has of the layer
     * itself wins, as in transformers, and the bias is added once.
     */
    private static Linear vocabulary(Engine engine, BlipConfig config, StateDict weights) {
        String ownWeight = "cls.predictions.decoder.weight";
        String ownBias = "cls.predictions.decoder.bias";
        String tiedBias = "cls.predictions.bias";
        int count = config.textConfig().vocabSize();
        int hidden = config.textConfig().hiddenSize();
        boolean isTied = config.tieWordEmbeddings();
        String weight = isTied && !weights.holds(ownWeight) ? "bert.embeddings.word_embeddings.weight" : ownWeight;
        String bias = isTied && !weights.holds(ownBias) ? tiedBias : ownBias;
        if (weights.holds(tiedBias)) {
            weights.require(tiedBias, count); // if it is not what is added, it is at least of its shape
        }
        return Linear.load(engine, weights.require(weight, count, hidden), weights.read(bias, count), count, hidden);
    }

    @Override
    public BlipTextConfig config() {
        return config;
    }

    @Override
    protected AttentionShape attentionShape() {
        return config.attention();
    }

    @Override
    protected DecoderStack layers() {
        return text.layers();
    }

    @Override
    protected Tensor decode(Frame frame, TokenBatch batch, DecoderPass pass, Rows wanted) {
        return text.forward(frame, batch, pass, wanted);
    }

    @Override
    protected void score(Workspace workspace, Tensor hiddenStates, Tensor logits) {
        try (Frame frame = workspace.frame()) {
            Tensor transformed = frame.tensor(hiddenStates.dimension(0), config.hiddenSize()); // [rows, hidden]
            transform.forward(workspace, hiddenStates, activate, transformed);
            layerNorm.forward(workspace, transformed);
            decoder.forward(workspace, transformed, Epilogue.NONE, logits);
        }
    }
}
