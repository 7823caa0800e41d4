package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Multi-head self-attention within the sequences of a ragged batch: Vaswani et al., arXiv 1706.03762, section 3.2.2.
 *
 * <p>Queries, keys and values come from one product with the three weights side by side. The kernel below takes its
 * queries and its keys from any two batches; it is this layer that takes both from one, or for a head that reads the first
 * token of a sequence, that token's query alone.
 */
public final class MultiHeadAttention {

    private final Linear queryKeyValue; // [3 · hidden, hidden]
    private final Linear output; // [hidden, hidden]
    private final int heads;
    private final int headSize;

    private MultiHeadAttention(Linear queryKeyValue, Linear output, int heads, int headSize) {
        this.queryKeyValue = queryKeyValue;
        this.output = output;
        this.heads = heads;
        this.headSize = headSize;
    }

    /**
     * Loads the four projections, each from its own name.
     *
     * @param hidden width of the residual stream; a multiple of {@code heads}
     * @param queryKeyValueBias whether the first three have a bias; the last always has
     */
    public static MultiHeadAttention load(
            Engine engine,
            StateDict query,
            StateDict key,
            StateDict value,
            StateDict output,
            int hidden,
            int heads,
            boolean queryKeyValueBias) {
        return new MultiHeadAttention(
                Linear.fused(engine, hidden, hidden, queryKeyValueBias, query, key, value),
                Linear.load(engine, output, hidden, hidden),
                heads,
                hidden / heads);
    }

    /** How many heads there are. */
    public int heads() {
        return heads;
    }

    /**
     * Computes {@code out = epilogue(output(attention(hiddenStates)))}, for the rows that are wanted.
     *
     * @param hiddenStates {@code [tokens, hidden]}
     * @param sequenceStarts where each sequence begins, and where the last ends
     * @param wanted which rows to compute; they attend to all the others of their sequences
     * @param probabilities receives {@code [heads, length, length]} per sequence; {@code null} if nobody asked, as nobody may
     *     where not all rows are wanted
     * @param epilogue how the result joins the residual stream
     * @param out {@code [rows wanted, hidden]}; not the residual stream that is joined
     */
    public void forward(
            Workspace workspace,
            Tensor hiddenStates,
            int[] sequenceStarts,
            Rows wanted,
            float[][] probabilities,
            Epilogue epilogue,
            Tensor out) {
        if (!wanted.equals(Rows.ALL)) {
            if (probabilities != null) {
                throw new IllegalArgumentException("attention maps are of all rows, but not all are wanted");
            }
            forwardRows(workspace, hiddenStates, sequenceStarts, wanted, epilogue, out);
            return;
        }
        int tokens = hiddenStates.dimension(0);
        try (Frame frame = workspace.frame()) {
            float[] projected = project(frame, hiddenStates, 0); // [3 · heads, tokens, headSize]
            MatrixView queries = part(projected, 0, tokens);
            Tensor context =
                    attend(frame, queries, tokens, sequenceStarts, projected, tokens, sequenceStarts, probabilities);
            output.forward(workspace, context, epilogue, out);
        }
    }

    /** Of the other rows keys and values are computed, and nothing further. */
    private void forwardRows(
            Workspace workspace,
            Tensor hiddenStates,
            int[] sequenceStarts,
            Rows wanted,
            Epilogue epilogue,
            Tensor out) {
        int tokens = hiddenStates.dimension(0);
        int hidden = heads * headSize;
        int[] queryStarts = wanted.in(sequenceStarts).starts();
        try (Frame frame = workspace.frame()) {
            float[] projected = project(frame, hiddenStates, hidden); // [3 · heads, tokens, headSize], without queries
            Tensor rows = wanted.gather(frame, hiddenStates, sequenceStarts); // [rows wanted, hidden]
            int count = rows.dimension(0);
            MatrixView queries = new MatrixView(frame.floats(rows.size()), 0, hidden);
            queryKeyValue.forward(workspace, rows, 0, hidden, Epilogue.NONE, queries);
            Tensor context = attend(frame, queries, count, queryStarts, projected, tokens, sequenceStarts, null);
            output.forward(workspace, context, epilogue, out);
        }
    }

    /**
     * Queries, keys and values, each head's rows by themselves: {@code [3 · heads, tokens, headSize]}. Attention reads a head at a
     * time; with all heads side by side its rows would lie kilobytes apart, where no prefetcher follows and many of them share
     * one set of the first-level cache.
     *
     * @param firstColumn 0, or the hidden size to leave the queries out
     */
    private float[] project(Frame frame, Tensor hiddenStates, int firstColumn) {
        int tokens = hiddenStates.dimension(0);
        int columns = queryKeyValue.outFeatures();
        float[] projected = frame.floats(Tensor.elementCount(tokens, columns));
        MatrixView out = part(projected, 0, tokens);
        queryKeyValue.forward(frame.workspace(), hiddenStates, firstColumn, columns, Epilogue.NONE, out);
        return projected;
    }

    /** The queries (0), keys (1) or values (2), {@code [tokens, hidden]}, and what follows them. */
    private MatrixView part(float[] projected, int part, int tokens) {
        int headLength = tokens * headSize;
        return new MatrixView(projected, part * heads * headLength, headSize, headSize, headLength);
    }

    /** What the queries gather from the keys and values of their sequences: {@code [queries, hidden]}. */
    private Tensor attend(
            Frame frame,
            MatrixView queries,
            int queryCount,
            int[] queryStarts,
            float[] projected,
            int tokens,
            int[] keyStarts,
            float[][] probabilities) {
        int hidden = heads * headSize;
        Tensor context = frame.tensor(queryCount, hidden);
        AttentionOperands operands = new AttentionOperands(
                queries,
                part(projected, 1, tokens),
                part(projected, 2, tokens),
                headSize,
                (float) (1 / Math.sqrt(headSize)),
                new MatrixView(context.data(), 0, hidden));
        ParallelKernels.attend(frame.workspace(), operands, heads, queryStarts, keyStarts, probabilities);
        return context;
    }
}
