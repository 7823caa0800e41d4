package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.Recording;
import io.tesserae.model.EncoderConfig;
import io.tesserae.model.TokenBackbone;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.OptionalInt;

/**
 * Texts as inputs: each byte is the sum of its embedding and that of its position. Transformers' {@code PerceiverTextPreprocessor}; Jaegle
 * et al., arXiv 2107.14795, section 4.1.
 */
final class PerceiverText extends TokenBackbone {

    private final Config config;
    private final Perceiver perceiver;
    private final Embedding embeddings;
    private final Tensor positionEmbeddings; // [positions, dModel]

    private PerceiverText(
            Engine engine,
            TensorSource source,
            Config config,
            Perceiver perceiver,
            Embedding embeddings,
            Tensor positionEmbeddings) {
        super(engine, source);
        this.config = config;
        this.perceiver = perceiver;
        this.embeddings = embeddings;
        this.positionEmbeddings = positionEmbeddings;
    }

    /**
     * The numbers of a model of texts.
     *
     * @param perceiver those of every Perceiver
     * @param dModel width of the embeddings
     */
    record Config(PerceiverConfig perceiver, int vocabSize, int maxPositionEmbeddings, int dModel)
            implements EncoderConfig {

        @Override
        public int hiddenSize() {
            return perceiver.dLatents();
        }

        @Override
        public int layers() {
            return perceiver.layers();
        }

        @Override
        public int attentionHeads() {
            return perceiver.selfAttention().heads();
        }
    }

    /** Loads from below {@code perceiver}, without a decoder. */
    static PerceiverText load(Engine engine, Config config, StateDict weights, TensorSource source) {
        StateDict inputs = weights.at("input_preprocessor");
        return new PerceiverText(
                engine,
                source,
                config,
                Perceiver.load(engine, config.perceiver(), config.dModel(), weights),
                Embedding.load(inputs.at("embeddings"), config.vocabSize(), config.dModel()),
                inputs.at("position_embeddings").read("weight", config.maxPositionEmbeddings(), config.dModel()));
    }

    @Override
    public Config config() {
        return config;
    }

    @Override
    public OptionalInt latents() {
        return OptionalInt.of(config.perceiver().numLatents());
    }

    @Override
    public OptionalInt readingHeads() {
        return OptionalInt.of(config.perceiver().crossHeads());
    }

    /** Where the latents of so many texts begin, and where the last's end. */
    int[] starts(int texts) {
        return perceiver.starts(texts);
    }

    /**
     * The latents of each text.
     *
     * @param frame receives the result
     * @return {@code [sequences · latents, dLatents]}
     * @throws IllegalArgumentException if an id or a position is outside the model's tables, or a text has no token
     */
    Tensor encode(Frame frame, TokenBatch batch, Recording recording) {
        requireKnown(batch);
        for (int s = 0; s < batch.sequences(); s++) {
            if (batch.length(s) == 0) {
                throw new IllegalArgumentException(
                        "sequence " + s + " has no token that is not masked, and latents have nothing to read");
            }
        }
        return perceiver.encode(
                frame,
                Inputs.of(
                        batch.sequences(),
                        batch::length,
                        (inside, from, to, rows) -> fill(inside, batch, from, to, rows)),
                recording);
    }

    /** Rows of token and position. */
    private void fill(Frame frame, TokenBatch batch, int from, int to, Tensor rows) {
        Kernels kernels = frame.workspace().machine().kernels();
        int width = config.dModel();
        int first = batch.sequenceStarts()[from];
        for (int token = first; token < batch.sequenceStarts()[to]; token++) {
            int row = (token - first) * width;
            embeddings.lookUp(batch.inputIds()[token], rows.data(), row);
            int position = batch.positionIds()[token] * width;
            kernels.addScaled(1f, positionEmbeddings.data(), position, rows.data(), row, width);
        }
    }
}
