package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.MemoryAttention;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * One trained query for each input, whose answer is a score for each label: transformers' {@code PerceiverClassificationDecoder}.
 *
 * @param query {@code [1, dLatents]}
 */
record ClassQuery(LatentDecoder decoder, Tensor query) {

    /** Loads the decoder from below {@code perceiver.decoder}. */
    static ClassQuery load(Engine engine, PerceiverConfig config, int labels, StateDict weights) {
        StateDict decoder = weights.at("decoder");
        int width = config.dLatents();
        return new ClassQuery(
                LatentDecoder.load(engine, config, width, true, labels, decoder),
                decoder.at("output_position_encodings").read("position_embeddings", 1, width));
    }

    /**
     * Scores of each input.
     *
     * @param latents {@code [sequences · latents, dLatents]}; normalised in place
     * @param starts where each sequence's begin, and where the last's end
     * @return {@code [sequences, labels]}, in memory of its own
     */
    Tensor score(Frame frame, Tensor latents, int[] starts, Recording recording) {
        int sequences = starts.length - 1;
        Tensor queries = frame.tensor(sequences, query.size()); // [sequences, dLatents]
        for (int s = 0; s < sequences; s++) {
            System.arraycopy(query.data(), 0, queries.data(), s * query.size(), query.size());
        }
        MemoryAttention.Remembered memory = decoder.remember(frame, latents, starts);
        return decoder.decode(frame, new Ragged(queries, Ragged.starts(sequences, 1)), memory, recording)
                .copy();
    }
}
