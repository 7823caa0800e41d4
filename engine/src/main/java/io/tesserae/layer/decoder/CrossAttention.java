package io.tesserae.layer.decoder;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionWeights;
import io.tesserae.layer.Ragged;
import io.tesserae.tensor.Tensor;

/**
 * Attention of a decoder to what it writes about: Vaswani et al., arXiv 1706.03762, section 3.2.3. The keys and values of that memory, a
 * picture's patches, do not change while the decoder writes: they are computed once, and kept.
 */
public final class CrossAttention {

    private final Attention attention;

    private CrossAttention(Attention attention) {
        this.attention = attention;
    }

    /**
     * Loads the four projections, each from its own name.
     *
     * @param width of the rows that ask, and of the result
     * @param memoryWidth of the memory's rows
     */
    public static CrossAttention load(
            Engine engine, AttentionShape shape, int width, int memoryWidth, AttentionWeights weights) {
        return new CrossAttention(Attention.loadApart(engine, shape, width, memoryWidth, weights));
    }

    /**
     * What one layer keeps of the memory.
     *
     * @param keys {@code [rows, keyHeads · headSize]}
     * @param values {@code [rows, keyHeads · valueSize]}
     * @param starts {@code [memories + 1]}: where each memory's rows begin, and where the last end
     */
    public record KeysAndValues(MatrixView keys, MatrixView values, int[] starts) {}

    /**
     * Computes the keys and values of some memories.
     *
     * @param memory {@code [rows, memory width]}
     */
    KeysAndValues remember(Workspace workspace, Ragged memory) {
        int[] starts = memory.starts();
        AttentionShape shape = attention.shape();
        int rows = memory.rows().dimension(0);
        int valuesAt = Math.multiplyExact(rows, shape.keyWidth());
        float[] both = new float[Math.addExact(valuesAt, Math.multiplyExact(rows, shape.valueWidth()))];
        MatrixView keys = heads(both, 0, rows, shape.headSize());
        MatrixView values = heads(both, valuesAt, rows, shape.valueSize());
        attention.projections().projectMemory(workspace, memory.rows(), keys, values);
        return new KeysAndValues(keys, values, starts);
    }

    private static MatrixView heads(float[] data, int offset, int rows, int width) {
        return new MatrixView(data, offset, width, width, Math.multiplyExact(rows, width));
    }

    /**
     * {@code out = epilogue(output(attention(queries, memory)))}.
     *
     * @param queries {@code [tokens, width]}
     * @param pattern which rows of the memory each of them sees
     * @param maps receive the probabilities
     * @param epilogue how the result joins the residual stream
     * @param out {@code [tokens, width]}; not the residual stream that is joined
     */
    void forward(
            Workspace workspace,
            Tensor queries,
            KeysAndValues memory,
            AttentionPattern pattern,
            AttentionMaps maps,
            Epilogue epilogue,
            Tensor out) {
        try (Frame frame = workspace.frame()) {
            AttentionShape shape = attention.shape();
            Tensor context = frame.tensor(queries.dimension(0), shape.contextWidth());
            AttentionOperands operands = new AttentionOperands(
                    attention.projections().projectQueries(frame, queries),
                    memory.keys(),
                    memory.values(),
                    new MatrixView(context.data(), 0, shape.contextWidth()),
                    shape);
            ParallelKernels.attend(workspace, operands, pattern, maps);
            attention.output().forward(workspace, context, epilogue, out);
        }
    }
}
