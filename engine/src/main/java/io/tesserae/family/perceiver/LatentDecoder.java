package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Linear;
import io.tesserae.layer.MemoryAttention;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.block.CrossAttentionBlock;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * The way back from latents to outputs: a query for each output looks at the latents. Jaegle et al., arXiv 2107.14795, section 3.2;
 * transformers' {@code PerceiverBasicDecoder}.
 *
 * @param crossAttention queries look at the latents
 * @param finalLayer from the queries' width to the outputs'; empty where what comes next does that
 */
record LatentDecoder(CrossAttentionBlock crossAttention, Optional<Linear> finalLayer) {

    /** Loads the decoder that all models but the masked language model have: one head, and no wider feed-forward block. */
    static LatentDecoder load(
            Engine engine,
            PerceiverConfig config,
            int queryWidth,
            boolean addsQueries,
            int outputWidth,
            StateDict weights) {
        // The last layer first: a checkpoint that has none, or for other labels, is refused before anything large is
        // read.
        Linear finalLayer = Linear.load(engine, weights.at("final_layer"), outputWidth, queryWidth);
        return load(
                engine,
                config,
                queryWidth,
                config.decodingHead(queryWidth),
                addsQueries,
                Optional.of(finalLayer),
                weights);
    }

    /** Loads a decoder with heads of its own. */
    static LatentDecoder load(
            Engine engine,
            PerceiverConfig config,
            int queryWidth,
            AttentionShape shape,
            boolean addsQueries,
            Optional<Linear> finalLayer,
            StateDict weights) {
        var sizes = new Perceiver.CrossAttentionSizes(queryWidth, config.dLatents(), shape, 1, addsQueries, false);
        return new LatentDecoder(
                Perceiver.crossAttention(engine, sizes, config, weights.at("decoding_cross_attention")), finalLayer);
    }

    /**
     * Prepares latents for queries to come.
     *
     * @param frame receives keys and values, and must stay open as long as they are asked
     * @param latents {@code [sequences · latents, dLatents]}; normalised in place
     * @param starts where each sequence's begin, and where the last's end
     */
    MemoryAttention.Remembered remember(Frame frame, Tensor latents, int[] starts) {
        return crossAttention.remember(frame, new Ragged(latents, starts));
    }

    /**
     * The answers to some queries.
     *
     * @param frame receives the result
     * @param queries {@code [queries, query width]}
     * @return {@code [queries, output width]}, in the frame's memory
     */
    Tensor decode(Frame frame, Ragged queries, MemoryAttention.Remembered latents, Recording recording) {
        int[] numLatents = new int[queries.sequences()];
        Arrays.setAll(numLatents, s -> latents.starts()[s + 1] - latents.starts()[s]);
        AttentionMaps maps =
                recording.crossAttentions(crossAttention.attention().shape().heads(), queries.starts(), numLatents);
        Tensor decoded = crossAttention.forward(frame, queries, latents, maps); // [queries, query width]
        if (finalLayer.isEmpty()) {
            return decoded;
        }
        Linear last = finalLayer.get();
        Tensor out = frame.tensor(decoded.dimension(0), last.outFeatures()); // [queries, output width]
        last.forward(frame.workspace(), decoded, Epilogue.NONE, out);
        return out;
    }
}
