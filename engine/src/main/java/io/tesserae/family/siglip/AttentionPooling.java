package io.tesserae.family.siglip;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TowerShape;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Sight;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.FeedForward;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * Makes one row of many: a learned query, the probe, looks at all of them, and a feed-forward block follows. Lee et al., "Set Transformer",
 * arXiv 1810.00825, section 3.2; transformers' {@code SiglipMultiheadAttentionPoolingHead}.
 *
 * <p>The probe stands before the rows as one more, which sees all but itself: so it is attention within a sequence, whose queries, keys
 * and values are stored as one weight.
 *
 * @param probe {@code [1, 1, hidden]}
 */
record AttentionPooling(Tensor probe, Attention attention, LayerNorm norm, FeedForward feedForward) {

    /** Loads the parts from below {@code head}. */
    static AttentionPooling load(Engine engine, TowerShape shape, StateDict weights) {
        StateDict attention = weights.at("attention");
        return new AttentionPooling(
                weights.read("probe", 1, 1, shape.hiddenSize()),
                Attention.load(
                        engine,
                        shape.attention(),
                        shape.hiddenSize(),
                        AttentionWeights.together(
                                new AttentionWeights.Projection(attention.at("in_proj_"), true),
                                new AttentionWeights.Projection(attention.at("out_proj"), true))),
                shape.norm(weights.at("layernorm")),
                shape.feedForward(engine, weights.at("mlp")));
    }

    /**
     * Pools.
     *
     * @param frame receives the result
     * @param rows {@code [rows of all, hidden]}
     * @return {@code [sequences, hidden]}, in the frame's memory
     */
    Tensor forward(Frame frame, Ragged rows) {
        Workspace workspace = frame.workspace();
        int hidden = probe.dimension(2);
        int sequences = rows.sequences();
        Tensor pooled = frame.tensor(sequences, hidden); // [sequences, hidden]
        try (Frame inside = workspace.frame()) {
            Ragged behindProbes = behindProbes(inside, rows);
            Tensor seen = inside.tensor(sequences, hidden); // [sequences, hidden]
            attention.forward(workspace, behindProbes, Rows.FIRST, allButTheFirst(behindProbes), Epilogue.NONE, seen);
            Tensor normalized = inside.tensor(sequences, hidden);
            norm.forward(workspace, seen, normalized);
            feedForward.forward(workspace, normalized, new Epilogue.AddResidual(seen.data()), pooled);
        }
        return pooled;
    }

    /** The same rows, with the probe before those of each sequence. */
    private Ragged behindProbes(Frame frame, Ragged rows) {
        int hidden = probe.dimension(2);
        int[] starts = new int[rows.starts().length];
        Arrays.setAll(starts, s -> rows.starts()[s] + s);
        Tensor all = frame.tensor(starts[rows.sequences()], hidden);
        for (int s = 0; s < rows.sequences(); s++) {
            System.arraycopy(probe.data(), 0, all.data(), starts[s] * hidden, hidden);
            System.arraycopy(
                    rows.rows().data(),
                    rows.starts()[s] * hidden,
                    all.data(),
                    (starts[s] + 1) * hidden,
                    rows.length(s) * hidden);
        }
        return new Ragged(all, starts);
    }

    private static AttentionOptions allButTheFirst(Ragged rows) {
        int[][] first = new int[rows.sequences()][];
        int[][] end = new int[rows.sequences()][];
        for (int s = 0; s < rows.sequences(); s++) {
            first[s] = new int[rows.length(s)];
            end[s] = new int[rows.length(s)];
            Arrays.fill(first[s], 1);
            Arrays.fill(end[s], rows.length(s));
        }
        return new AttentionOptions(new Sight.Ranges(first, end), ScoreBias.NONE, AttentionMaps.NONE);
    }
}
