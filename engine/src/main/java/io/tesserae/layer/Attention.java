package io.tesserae.layer;

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
import io.tesserae.tensor.Tensor;

/**
 * Multi-head attention within the sequences of a ragged batch: Vaswani et al., arXiv 1706.03762, section 3.2.2.
 *
 * <p>Self-attention takes queries, keys and values from the same rows; where all three are of one shape they come from one
 * product, with the three weights side by side. Of queries it computes those that are wanted. Cross-attention takes keys and
 * values from other rows, the memory, which may have a width of its own.
 */
public final class Attention {

    private final AttentionShape shape;
    private final Part query; // [heads · headSize, width]
    private final Part key; // [keyHeads · headSize, memory width]
    private final Part value; // [keyHeads · valueSize, memory width]
    private final Linear output; // [width, heads · valueSize]

    /** Some columns of a linear layer. */
    private record Part(Linear linear, int firstColumn, int endColumn) {

        static Part all(Linear linear) {
            return new Part(linear, 0, linear.outFeatures());
        }
    }

    private Attention(AttentionShape shape, Part query, Part key, Part value, Linear output) {
        this.shape = shape;
        this.query = query;
        this.key = key;
        this.value = value;
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
        int columns = shape.queryWidth();
        boolean alike = columns == shape.keyWidth()
                && columns == shape.valueWidth()
                && width == memoryWidth
                && weights.biasedAlike();
        Part query;
        Part key;
        Part value;
        if (alike) {
            Linear fused = Linear.fused(
                    engine,
                    columns,
                    width,
                    weights.query().biased(),
                    weights.query().weights(),
                    weights.key().weights(),
                    weights.value().weights());
            query = new Part(fused, 0, columns);
            key = new Part(fused, columns, 2 * columns);
            value = new Part(fused, 2 * columns, 3 * columns);
        } else {
            query = Part.all(load(engine, columns, width, weights.query()));
            key = Part.all(load(engine, shape.keyWidth(), memoryWidth, weights.key()));
            value = Part.all(load(engine, shape.valueWidth(), memoryWidth, weights.value()));
        }
        Linear output = load(engine, width, shape.contextWidth(), weights.output());
        return new Attention(shape, query, key, value, output);
    }

    private static Linear load(Engine engine, int outFeatures, int inFeatures, AttentionWeights.Projection projection) {
        return Linear.fused(engine, outFeatures, inFeatures, projection.biased(), projection.weights());
    }

    /** How many heads there are, and how wide. */
    public AttentionShape shape() {
        return shape;
    }

    /** Self-attention of all rows: see {@link #forward(Workspace, Ragged, Rows, AttentionOptions, Epilogue, Tensor)}. */
    public void forward(
            Workspace workspace, Ragged hiddenStates, AttentionOptions options, Epilogue epilogue, Tensor out) {
        forward(workspace, hiddenStates, Rows.ALL, options, epilogue, out);
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
            if (all && fused()) {
                context = attendFused(frame, rows, pattern(starts, starts, AttentionPattern.LAST, options), options);
            } else if (all) {
                context = attend(frame, rows, rows, pattern(starts, starts, AttentionPattern.LAST, options), options);
            } else {
                Rows.Chosen chosen = wanted.in(starts);
                AttentionPattern pattern = pattern(chosen.starts(), starts, places(chosen, starts), options);
                context = attend(frame, chosen.gather(frame, rows), rows, pattern, options);
            }
            output.forward(workspace, context, epilogue, out);
        }
    }

    /** Each chosen row's index within its sequence. */
    private static int[] places(Rows.Chosen chosen, int[] starts) {
        int[] places = new int[chosen.rows().length];
        for (int s = 0; s < starts.length - 1; s++) {
            for (int i = chosen.starts()[s]; i < chosen.starts()[s + 1]; i++) {
                places[i] = chosen.rows()[i] - starts[s];
            }
        }
        return places;
    }

    /**
     * Cross-attention, {@code out = epilogue(output(attention(queries, memory)))}: sequence s of the queries attends to sequence s
     * of the memory.
     *
     * @param queries {@code [tokens, width]}
     * @param memory {@code [memory tokens, memory width]}
     * @param epilogue how the result joins the residual stream
     * @param out {@code [tokens, width]}; not the residual stream that is joined
     */
    public void forward(
            Workspace workspace,
            Ragged queries,
            Ragged memory,
            AttentionOptions options,
            Epilogue epilogue,
            Tensor out) {
        AttentionPattern pattern = pattern(queries.starts(), memory.starts(), AttentionPattern.LAST, options);
        try (Frame frame = workspace.frame()) {
            Tensor context = attend(frame, queries.rows(), memory.rows(), pattern, options);
            output.forward(workspace, context, epilogue, out);
        }
    }

    /** Whether queries, keys and values are one product. */
    private boolean fused() {
        return query.linear == value.linear;
    }

    private static AttentionPattern pattern(
            int[] queryStarts, int[] keyStarts, int[] places, AttentionOptions options) {
        return new AttentionPattern(queryStarts, keyStarts, places, options.sight(), options.bias());
    }

    /** What rows gather from each other, where one product makes queries, keys and values: {@code [tokens, heads · valueSize]}. */
    private Tensor attendFused(Frame frame, Tensor rows, AttentionPattern pattern, AttentionOptions options) {
        int tokens = rows.dimension(0);
        int part = Math.multiplyExact(tokens, shape.queryWidth());
        float[] all = frame.floats(Math.multiplyExact(3, part)); // [3 · heads, tokens, headSize]
        MatrixView queries = heads(all, 0, tokens, shape.headSize());
        project(frame, rows, 0, value.endColumn, query.linear, queries);
        MatrixView keys = heads(all, part, tokens, shape.headSize());
        MatrixView values = heads(all, 2 * part, tokens, shape.headSize());
        return attend(frame, queries, keys, values, pattern, options.maps());
    }

    /** What rows gather from the keys and values of other rows, each projected by itself: {@code [rows, heads · valueSize]}. */
    private Tensor attend(Frame frame, Tensor rows, Tensor memory, AttentionPattern pattern, AttentionOptions options) {
        int count = rows.dimension(0);
        float[] projected = frame.floats(Tensor.elementCount(count, shape.queryWidth())); // [heads, rows, headSize]
        MatrixView queries = heads(projected, 0, count, shape.headSize());
        project(frame, rows, query.firstColumn, query.endColumn, query.linear, queries);
        int tokens = memory.dimension(0);
        // Behind the place that a fused layer's queries have: [3 · heads, tokens, headSize], without queries.
        int keysAt = Math.multiplyExact(tokens, key.firstColumn);
        int valuesAt = Math.addExact(keysAt, Math.multiplyExact(tokens, shape.keyWidth()));
        float[] keysAndValues = frame.floats(Math.addExact(valuesAt, Math.multiplyExact(tokens, shape.valueWidth())));
        MatrixView keys = heads(keysAndValues, keysAt, tokens, shape.headSize());
        MatrixView values = heads(keysAndValues, valuesAt, tokens, shape.valueSize());
        if (fused()) {
            MatrixView all = heads(keysAndValues, 0, tokens, shape.headSize());
            project(frame, memory, key.firstColumn, value.endColumn, key.linear, all);
        } else {
            project(frame, memory, key.firstColumn, key.endColumn, key.linear, keys);
            project(frame, memory, value.firstColumn, value.endColumn, value.linear, values);
        }
        return attend(frame, queries, keys, values, pattern, options.maps());
    }

    private static void project(
            Frame frame, Tensor rows, int firstColumn, int endColumn, Linear linear, MatrixView out) {
        linear.forward(frame.workspace(), rows, firstColumn, endColumn, Epilogue.NONE, out);
    }

    /**
     * Each head's rows by themselves: {@code [heads, rows, headSize]}. Attention reads a head at a time; with all heads side by
     * side its rows would lie kilobytes apart, where no prefetcher follows and many of them share one set of the first-level
     * cache.
     */
    private static MatrixView heads(float[] data, int offset, int rows, int headSize) {
        return new MatrixView(data, offset, headSize, headSize, rows * headSize);
    }

    /** What the queries gather from the keys and values of their sequences: {@code [queries, heads · valueSize]}. */
    private Tensor attend(
            Frame frame,
            MatrixView queries,
            MatrixView keys,
            MatrixView values,
            AttentionPattern pattern,
            AttentionMaps maps) {
        int count = pattern.queryStarts()[pattern.sequences()];
        int width = shape.contextWidth();
        Tensor context = frame.tensor(count, width);
        MatrixView out = new MatrixView(context.data(), 0, width);
        AttentionOperands operands = new AttentionOperands(queries, keys, values, out, shape);
        ParallelKernels.attend(frame.workspace(), operands, pattern, maps);
        return context;
    }
}
