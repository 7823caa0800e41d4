package io.tesserae.family.perceiver;

import io.tesserae.kernel.Frame;
import io.tesserae.model.latent.MultimodalShape;
import io.tesserae.model.latent.OutputPoints;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Queries for some of the sound, some of the pixels and the label, in this order, of one width: transformers' {@code
 * PerceiverMultimodalDecoder}. Sound and pixels are asked for by their places alone.
 *
 * @param outputs what there is to ask for
 * @param imageGrid the places of all pixels
 * @param labelQuery {@code [1, channels]}, trained
 * @param width numbers of a query
 */
record MultimodalQueries(
        MultimodalShape outputs,
        FourierPositions audioPositions,
        TrainedPadding audioPadding,
        FourierPositions.Grid imageGrid,
        TrainedPadding imagePadding,
        Tensor labelQuery,
        TrainedPadding labelPadding,
        int width) {

    /** So much padding has the widest kind. */
    private static final int LEAST_PADDING = 2;

    /** Numbers of a query. */
    static int width(MultimodalConfig config) {
        int places = Math.max(
                config.audioPositions().channels(), config.imagePositions().channels());
        return Math.max(places, config.labelChannels()) + LEAST_PADDING;
    }

    /** Loads from below {@code perceiver.decoder}. */
    static MultimodalQueries load(MultimodalConfig config, StateDict weights) {
        int width = width(config);
        MultimodalShape outputs = config.outputs();
        FourierPositions audio = config.audioPositions();
        FourierPositions image = config.imagePositions();
        StateDict paddings = weights.at("padding");
        return new MultimodalQueries(
                outputs,
                audio,
                TrainedPadding.load(paddings, "audio", audio.channels(), width),
                image.gridOfOutputs(outputs.frames(), outputs.height(), outputs.width()),
                TrainedPadding.load(paddings, "image", image.channels(), width),
                weights.at("modalities.label.decoder.output_position_encodings")
                        .read("position_embeddings", 1, config.labelChannels()),
                TrainedPadding.load(paddings, "label", config.labelChannels(), width),
                width);
    }

    /**
     * The queries for some points, and for the label.
     *
     * @param frame receives them
     * @param points that there are
     * @return {@code [audio points + image points + 1, width]}
     */
    Tensor of(Frame frame, OutputPoints points) {
        int[] audio = points.audio();
        int[] image = points.image();
        int label = audio.length + image.length;
        Tensor queries = frame.tensor(Math.addExact(label, 1), width);
        float[] rows = queries.data();
        frame.workspace()
                .machine()
                .workers()
                .run(
                        audio.length,
                        (i, thread) -> audioPositions.write(
                                FourierPositions.coordinateOfOutput(audio[i], outputs.audioPatches()),
                                rows,
                                i * width));
        audioPadding.fill(frame, queries, 0, audio.length);
        frame.workspace()
                .machine()
                .workers()
                .run(image.length, (i, thread) -> imageGrid.copy(image[i], rows, (audio.length + i) * width));
        imagePadding.fill(frame, queries, audio.length, image.length);
        System.arraycopy(labelQuery.data(), 0, rows, label * width, labelQuery.size());
        labelPadding.fill(frame, queries, label, 1);
        return queries;
    }
}
