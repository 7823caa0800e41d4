package io.tesserae.family.gato;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.GptNeoTransformer;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.layer.Embedding;
import io.tesserae.model.StreamBatch;
import io.tesserae.model.StreamModel;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/**
 * GATO: Reed et al., "A Generalist Agent", arXiv 2205.06175, section 2.2, as its open reproduction computes it. An id is a row of a table;
 * a patch is read by a residual block, to which is added where in its picture it lies. To both is added their place within the
 * observation, if they are a part of one.
 */
final class Gato extends StreamModel {

    private final GatoConfig config;
    private final Embedding embeddings; // [vocabulary, hidden]
    private final PatchRows patchRows;
    private final Tensor localPositions; // [places, hidden]

    private Gato(
            Engine engine,
            GatoConfig config,
            Embedding embeddings,
            PatchRows patchRows,
            Tensor localPositions,
            GatoDecoder decoder,
            TensorSource source) {
        super(engine, decoder, source);
        this.config = config;
        this.embeddings = embeddings;
        this.patchRows = patchRows;
        this.localPositions = localPositions;
    }

    /** Loads the model. */
    static Gato load(Engine engine, GatoConfig config, TensorSource source) {
        StateDict weights = StateDict.ofOpen(source, "");
        StateDict emb = weights.at("emb");
        Embedding embeddings = Embedding.load(emb.at("embeddings"), config.vocabSize(), config.hiddenSize());
        PatchRows patchRows = PatchRows.load(engine, config, emb);
        Tensor localPositions = emb.read("local_pos_embeddings.weight", config.maxLocalPosition(), config.hiddenSize());
        GatoDecoder decoder = GatoDecoder.load(engine, config, embeddings, weights.at("causal_lm_model"));
        weights.requireAllUsed(GptNeoTransformer::isMask);
        return new Gato(engine, config, embeddings, patchRows, localPositions, decoder, source);
    }

    @Override
    protected void requireTaken(StreamBatch batch) {
        boolean fits = batch.patches().channels() == GatoConfig.CHANNELS
                && batch.patches().size() == config.patchSize();
        if (batch.patches().count() > 0 && !fits) {
            throw new IllegalArgumentException("patches: expected " + GatoConfig.CHANNELS + " channels of "
                    + config.patchSize() + " x " + config.patchSize() + " pixels, found "
                    + batch.patches().channels() + " of " + batch.patches().size() + " x "
                    + batch.patches().size());
        }
        for (int place : batch.localPositions()) {
            if (place >= config.maxLocalPosition()) {
                throw new IllegalArgumentException("an observation reaches local position " + place
                        + ", but the model has only " + config.maxLocalPosition() + "; make the observation smaller");
            }
        }
    }

    @Override
    protected Tensor embed(Frame frame, StreamBatch batch) {
        int hidden = config.hiddenSize();
        Tensor x = frame.tensor(batch.count(), hidden); // [elements, hidden]
        try (Frame inside = frame.workspace().frame()) {
            Tensor patches = patchRows.forward(inside, batch.patches()); // [patches, hidden]
            Kernels kernels = frame.workspace().machine().kernels();
            for (int element = 0; element < batch.count(); element++) {
                int patch = batch.patchOf()[element];
                if (patch == StreamBatch.ID) {
                    embeddings.lookUp(batch.elements().inputIds()[element], x.data(), element * hidden);
                } else {
                    System.arraycopy(patches.data(), patch * hidden, x.data(), element * hidden, hidden);
                }
                int place = batch.localPositions()[element];
                if (place != StreamBatch.NO_PLACE) {
                    kernels.addScaled(1f, localPositions.data(), place * hidden, x.data(), element * hidden, hidden);
                }
            }
        }
        return x;
    }

    @Override
    public int patchSize() {
        return config.patchSize();
    }

    @Override
    public int patchChannels() {
        return GatoConfig.CHANNELS;
    }

    @Override
    public int localPositions() {
        return config.maxLocalPosition();
    }
}
