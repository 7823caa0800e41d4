package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Linear;
import io.tesserae.layer.MemoryAttention;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.model.latent.MultimodalAutoencoder;
import io.tesserae.model.latent.MultimodalInputs;
import io.tesserae.model.latent.MultimodalShape;
import io.tesserae.model.latent.OutputPoints;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * A video with its sound to latents, and back to pixels, sound and a label: transformers' {@code PerceiverForMultimodalAutoencoding};
 * Jaegle et al., arXiv 2107.14795, section 4.3.
 */
final class PerceiverMultimodal extends MultimodalAutoencoder {

    private final Perceiver perceiver;
    private final MultimodalRows rows;
    private final MultimodalQueries queries;
    private final LatentDecoder decoder;
    private final Answers answers;

    /**
     * What an answer becomes: transformers' {@code PerceiverMultimodalPostprocessor}.
     *
     * @param audio to the samples of a patch
     * @param image to the colours of a pixel
     * @param label to a score for each label
     */
    record Answers(Linear audio, Linear image, Linear label) {

        private static final int COLOURS = 3;

        /** Loads from below {@code perceiver.output_postprocessor}. */
        static Answers load(Engine engine, MultimodalConfig config, StateDict weights) {
            StateDict kinds = weights.at("modalities");
            int width = config.outputNumChannels();
            MultimodalShape outputs = config.outputs();
            return new Answers(
                    Linear.load(engine, kinds.at("audio.classifier"), outputs.samplesPerPatch(), width),
                    Linear.load(engine, kinds.at("image.classifier"), COLOURS, width),
                    Linear.load(engine, kinds.at("label.classifier"), outputs.labels(), width));
        }
    }

    private PerceiverMultimodal(
            Engine engine,
            Perceiver perceiver,
            MultimodalRows rows,
            MultimodalQueries queries,
            LatentDecoder decoder,
            Answers answers) {
        super(engine, perceiver.config().latents());
        this.perceiver = perceiver;
        this.rows = rows;
        this.queries = queries;
        this.decoder = decoder;
        this.answers = answers;
    }

    /** Loads from below {@code perceiver}. */
    static PerceiverMultimodal load(Engine engine, PerceiverConfig sizes, MultimodalConfig config, StateDict weights) {
        Answers answers = Answers.load(engine, config, weights.at("output_postprocessor"));
        MultimodalRows rows = MultimodalRows.load(config, weights.at("input_preprocessor"));
        MultimodalQueries queries = MultimodalQueries.load(config, weights.at("decoder"));
        LatentDecoder decoder = LatentDecoder.load(
                engine, sizes, queries.width(), false, config.outputNumChannels(), weights.at("decoder.decoder"));
        Perceiver perceiver = Perceiver.load(engine, sizes, rows.width(), weights);
        return new PerceiverMultimodal(engine, perceiver, rows, queries, decoder, answers);
    }

    @Override
    protected Tensor encode(Frame frame, MultimodalInputs inputs, Recording recording) {
        return perceiver.encode(frame, rows.of(inputs), recording);
    }

    @Override
    protected Answer decode(Frame frame, Tensor latents, OutputPoints points, Recording recording) {
        Tensor asking = queries.of(frame, points); // [audio points + image points + 1, query width]
        MemoryAttention.Remembered memory = decoder.remember(frame, latents, perceiver.starts(1));
        int[] starts = {0, asking.dimension(0)};
        Tensor decoded = decoder.decode(frame, new Ragged(asking, starts), memory, recording); // [queries, channels]
        int audio = points.audio().length;
        int image = points.image().length;
        return new Answer(
                answer(frame, answers.image(), decoded, audio, image),
                answer(frame, answers.audio(), decoded, 0, audio)
                        .reshape(audio * outputs().samplesPerPatch()),
                answer(frame, answers.label(), decoded, audio + image, 1)
                        .reshape(outputs().labels()));
    }

    /** What some of the answers become, {@code [rows, outputs]}, in memory of its own. */
    private static Tensor answer(Frame frame, Linear linear, Tensor decoded, int firstRow, int rows) {
        int width = decoded.dimension(1);
        Tensor these = frame.tensor(rows, width); // [rows, channels]
        System.arraycopy(decoded.data(), firstRow * width, these.data(), 0, rows * width);
        return linear.forward(frame.workspace(), these);
    }

    @Override
    public MultimodalShape outputs() {
        return queries.outputs();
    }
}
