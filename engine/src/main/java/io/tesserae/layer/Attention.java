package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;

/**
 * Multi-head attention within the sequences of a ragged batch: Vaswani et al., arXiv 1706.03762, section 3.2.2.
 *
 * <p>Self-attention takes queries, keys and values from the same rows; where all three are of one shape they come from one
 * product, with the three weights side by side. Of queries it computes those that are wanted. Cross-attention takes keys and
 * values from other rows, the memory, which may have a width of its own.
 */
public final class Attention implements MemoryAttention {

    private final AttentionShape shape;
    private final Projections projections;
    private final Linear output; // [width, heads · valueSize]

    private Attention(AttentionShape shape, Projections projections, Linear output) {
        this.shape = shape;
        this.projections = projections;
        this.output = output;
    }

    /** Loads a layer whose keys and values are as wide as its queries: self-attention. */
    public static Attention load(Engine engine, AttentionShape shape, int width, AttentionWeights weights) {
        return load(engine, shape, width, width, weights);
    }

    /**
     * Loads the four projections, each from its own name.
     *
     * @param width of the rows that ask, and of the result
     * @param memoryWidth of the rows that keys and values come from
     */
    public static Attention load(
            Engine engine, AttentionShape shape, int width, int memoryWidth, AttentionWeights weights) {
        return new Attention(
                shape,
                Projections.load(engine, shape, width, memoryWidth, weights),
                weights.output().load(engine, width, shape.contextWidth()));
    }

    /** Loads a layer for {@link io.tesserae.layer.decoder.CrossAttention}. */
    public static Attention loadApart(
            Engine engine, AttentionShape shape, int width, int memoryWidth, AttentionWeights weights) {
        return new Attention(
                shape,
                Projections.loadApart(engine, shape, width, memoryWidth, weights),
                weights.output().load(engine, width, shape.contextWidth()));
    }

    @Override
    public AttentionShape shape() {
        return shape;
    }

    /** What makes queries, keys and values. */
    public Projections projections() {
        return projections;
    }

    /** The last layer, {@code [width, heads · valueSize]}. */
    public Linear output() {
        return output;
    }

    /**
     * Self-attention, {@code out = epilogue(output(attention(hiddenStates)))}. Of rows that are not wanted, keys and values are
     * computed and nothing further.
     *
     * @param hiddenStates {@code [tokens, width]}
     * @param wanted the rows that are computed
     * @param epilogue how the result joins the residual stream, of which it sees the wanted rows
     * @param out {@code [wanted rows, width]}; not the residual stream that is joined
     */
    public void forward(
            Workspace workspace,
            Ragged hiddenStates,
            Rows wanted,
            AttentionOptions options,
            Epilogue epilogue,
            Tensor out) {
        int[] starts = hiddenStates.starts();
        Tensor rows = hiddenStates.rows();
        boolean all = wanted.equals(Rows.ALL);
        if (!all && options.maps().areWanted()) {
            throw new IllegalArgumentException("attention maps are of all rows, but not all are wanted");
        }
        try (Frame frame = workspace.frame()) {
            Tensor context;
            if (all) {
                AttentionPattern pattern = pattern(starts, starts, AttentionPattern.LAST, options);
                context = attend(frame, rows, Rotation.all(rows.dimension(0)), rows, pattern, options);
            } else {
                Rows.Chosen chosen = wanted.in(starts);
                AttentionPattern pattern = pattern(chosen.starts(), starts, chosen.places(starts), options);
                context = attend(frame, chosen.gather(frame, rows), chosen.rows(), rows, pattern, options);
            }
            output.forward(workspace, context, epilogue, out);
        }
    }

    @Override
    public Remembered remember(Frame frame, Ragged memory) {
        return new Remembered(projections.remember(frame, memory.rows()), memory.starts());
    }

    @Override
    public void forward(
            Workspace workspace,
            Ragged queries,
            Remembered memory,
            AttentionOptions options,
            Epilogue epilogue,
            Tensor out) {
        AttentionPattern pattern = pattern(queries.starts(), memory.starts(), AttentionPattern.LAST, options);
        int width = shape.contextWidth();
        try (Frame frame = workspace.frame()) {
            Tensor context = frame.tensor(queries.rows().dimension(0), width); // [rows, heads · valueSize]
            MatrixView gathered = new MatrixView(context.data(), 0, width);
            AttentionOperands operands = projections.ask(frame, queries.rows(), memory.projected(), gathered);
            ParallelKernels.attend(workspace, operands, pattern, options.maps());
            output.forward(workspace, context, epilogue, out);
        }
    }

    private static AttentionPattern pattern(
            int[] queryStarts, int[] keyStarts, int[] places, AttentionOptions options) {
        return AttentionPattern.ragged(queryStarts, keyStarts, places, options.sight(), options.bias());
    }

    /** What rows, each a token of the pass, gather from the keys and values of all of them: {@code [rows, heads · valueSize]}. */
    private Tensor attend(
            Frame frame, Tensor rows, int[] tokens, Tensor all, AttentionPattern pattern, AttentionOptions options) {
        int width = shape.contextWidth();
        Tensor context = frame.tensor(rows.dimension(0), width);
        MatrixView out = new MatrixView(context.data(), 0, width);
        AttentionOperands operands = projections.project(frame, rows, all, out);
        options.rotation().turn(frame.workspace(), operands, tokens, all.dimension(0));
        ParallelKernels.attend(frame.workspace(), operands, pattern, options.maps());
        return context;
    }
}
