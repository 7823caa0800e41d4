package io.tesserae.layer;

import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * Multi-head self-attention within the sequences of a ragged batch: Vaswani et al., arXiv 1706.03762, section 3.2.2.
 *
 * <p>Queries, keys and values come from one product with the three weights side by side. The kernel below takes its
 * queries and its keys from any two batches; it is this layer that takes both from one.
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
     * Computes {@code out = epilogue(output(attention(hiddenStates)))}.
     *
     * @param hiddenStates {@code [tokens, hidden]}
     * @param sequenceStarts where each sequence begins, and where the last ends
     * @param probabilities receives {@code [heads, length, length]} per sequence; {@code null} if nobody asked
     * @param epilogue how the result joins the residual stream
     * @param out {@code [tokens, hidden]}; not the residual stream that is joined
     */
    public void forward(
            Workspace workspace,
            Tensor hiddenStates,
            int[] sequenceStarts,
            float[][] probabilities,
            Epilogue epilogue,
            Tensor out) {
        int tokens = hiddenStates.dimension(0);
        int hidden = heads * headSize;
        // [tokens, 3 · hidden]: queries, keys, values
        Tensor projected = workspace.tensor(Workspace.Use.QUERY_KEY_VALUE, tokens, 3 * hidden);
        queryKeyValue.forward(workspace, hiddenStates, Epilogue.NONE, projected);

        Tensor context = workspace.tensor(Workspace.Use.CONTEXT, tokens, hidden); // [tokens, hidden]
        AttentionOperands operands = new AttentionOperands(
                new MatrixView(projected.data(), 0, 3 * hidden),
                new MatrixView(projected.data(), hidden, 3 * hidden),
                new MatrixView(projected.data(), 2 * hidden, 3 * hidden),
                headSize,
                (float) (1 / Math.sqrt(headSize)),
                new MatrixView(context.data(), 0, hidden));
        ParallelKernels.attend(workspace, operands, heads, sequenceStarts, sequenceStarts, probabilities);

        output.forward(workspace, context, epilogue, out);
    }
}
