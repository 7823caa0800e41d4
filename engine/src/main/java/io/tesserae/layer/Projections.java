package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * The linear layers that make queries, keys and values for {@link Attention}. Where all heads are of one size and all rows of one width
 * they are one layer, with the three weights side by side, so that self-attention needs one product. So are they where they are stored
 * as one.
 *
 * @param shape of the heads
 * @param query {@code [heads · headSize, width]}
 * @param key {@code [keyHeads · headSize, memory width]}
 * @param value {@code [keyHeads · valueSize, memory width]}
 * @param norms of the heads of queries and keys; where there are some, the three are not one layer
 */
public record Projections(AttentionShape shape, Part query, Part key, Part value, HeadNorms norms) {

    /** Some columns of a linear layer. */
    public record Part(Linear linear, int firstColumn, int endColumn) {

        static Part all(Linear linear) {
            return new Part(linear, 0, linear.outFeatures());
        }
    }

    /**
     * Loads the three.
     *
     * @param width of the rows that ask
     * @param memoryWidth of the rows that keys and values come from
     */
    static Projections load(Engine engine, AttentionShape shape, int width, int memoryWidth, AttentionWeights weights) {
        return switch (weights.inputs()) {
            case AttentionWeights.Inputs.Apart apart
            when weights.norms().areNone() -> apart(engine, shape, width, memoryWidth, apart);
            case AttentionWeights.Inputs.Apart _ -> loadApart(engine, shape, width, memoryWidth, weights);
            case AttentionWeights.Inputs.Together(var queryKeyValue) -> {
                if (!isUniform(shape)
                        || width != memoryWidth
                        || !weights.norms().areNone()) {
                    throw new IllegalArgumentException("queries, keys and values are stored as one, but not alike: "
                            + shape + ", from rows of " + width + " and " + memoryWidth);
                }
                yield together(shape, queryKeyValue.loadParts(engine, 3, shape.queryWidth(), width));
            }
            case AttentionWeights.Inputs.KeyValueTogether(var query, var keyValue) -> {
                Linear asking = query.load(engine, shape.queryWidth(), width);
                yield keyValueTogether(engine, shape, asking, memoryWidth, keyValue)
                        .normalized(weights.norms());
            }
        };
    }

    /** Each from its own name. */
    private static Projections apart(
            Engine engine, AttentionShape shape, int width, int memoryWidth, AttentionWeights.Inputs.Apart weights) {
        if (shape.headSize() != shape.valueSize() || width != memoryWidth) {
            return byThemselves(engine, shape, width, memoryWidth, weights);
        }
        Linear fused = FusedLinear.load(
                engine,
                List.of(shape.queryWidth(), shape.keyWidth(), shape.valueWidth()),
                width,
                List.of(weights.query(), weights.key(), weights.value()));
        return together(shape, fused);
    }

    private static boolean isUniform(AttentionShape shape) {
        return shape.queryWidth() == shape.keyWidth() && shape.queryWidth() == shape.valueWidth();
    }

    /** All three from one layer. */
    private static Projections together(AttentionShape shape, Linear linear) {
        int keys = shape.queryWidth();
        int values = keys + shape.keyWidth();
        return new Projections(
                shape,
                new Part(linear, 0, keys),
                new Part(linear, keys, values),
                new Part(linear, values, values + shape.valueWidth()),
                HeadNorms.NONE);
    }

    /** Keys and values from one layer. */
    private static Projections keyValueTogether(
            Engine engine, AttentionShape shape, Linear query, int memoryWidth, AttentionWeights.Projection keyValue) {
        int columns = shape.keyWidth();
        if (columns != shape.valueWidth()) {
            throw new IllegalArgumentException("keys and values are stored as one, but not alike: " + shape);
        }
        Linear both = keyValue.loadParts(engine, 2, columns, memoryWidth);
        return new Projections(
                shape,
                Part.all(query),
                new Part(both, 0, columns),
                new Part(both, columns, 2 * columns),
                HeadNorms.NONE);
    }

    /** Loads the queries' layer by itself, for keys and values that are computed once and queries that are computed often. */
    static Projections loadApart(
            Engine engine, AttentionShape shape, int width, int memoryWidth, AttentionWeights weights) {
        return switch (weights.inputs()) {
            case AttentionWeights.Inputs.Apart apart ->
                byThemselves(engine, shape, width, memoryWidth, apart).normalized(weights.norms());
            case AttentionWeights.Inputs.KeyValueTogether _ -> load(engine, shape, width, memoryWidth, weights);
            case AttentionWeights.Inputs.Together _ ->
                throw new IllegalArgumentException("queries are stored with the keys and values that they ask for");
        };
    }

    private static Projections byThemselves(
            Engine engine, AttentionShape shape, int width, int memoryWidth, AttentionWeights.Inputs.Apart weights) {
        return new Projections(
                shape,
                Part.all(weights.query().load(engine, shape.queryWidth(), width)),
                Part.all(weights.key().load(engine, shape.keyWidth(), memoryWidth)),
                Part.all(weights.value().load(engine, shape.valueWidth(), memoryWidth)),
                HeadNorms.NONE);
    }

    /** The same layers, behind which queries and keys are normalised. */
    private Projections normalized(HeadNorms some) {
        return new Projections(shape, query, key, value, some);
    }

    /** Whether queries, keys and values are one layer. */
    private boolean fused() {
        return query.linear == value.linear;
    }

    /**
     * Queries of some rows, keys and values of the same rows or of others.
     *
     * @param frame receives them
     * @param rows {@code [rows, width]}
     * @param memory {@code [tokens, memory width]}; {@code rows} for self-attention
     * @param context where attention is to put what the queries gather
     */
    public AttentionOperands project(Frame frame, Tensor rows, Tensor memory, MatrixView context) {
        if (rows == memory && fused()) {
            return projectTogether(frame, rows, context);
        }
        return ask(frame, rows, remember(frame, memory), context);
    }

    /** Keys and values of rows that queries will ask, in the frame's memory: {@code [tokens, keyHeads · size]} each. */
    record Remembered(MatrixView keys, MatrixView values) {}

    /**
     * Keys and values of some rows, for queries to come.
     *
     * @param frame receives them
     * @param memory {@code [tokens, memory width]}
     */
    Remembered remember(Frame frame, Tensor memory) {
        int tokens = memory.dimension(0);
        // Behind the place that a fused layer's queries have: [heads + 2 · keyHeads, tokens, headSize], without
        // queries.
        int keysAt = Math.multiplyExact(tokens, key.firstColumn);
        int valuesAt = Math.addExact(keysAt, Math.multiplyExact(tokens, shape.keyWidth()));
        float[] keysAndValues = frame.floats(Math.addExact(valuesAt, Math.multiplyExact(tokens, shape.valueWidth())));
        MatrixView keys = heads(keysAndValues, keysAt, tokens, shape.headSize());
        MatrixView values = heads(keysAndValues, valuesAt, tokens, shape.valueSize());
        if (key.linear == value.linear) {
            MatrixView all = heads(keysAndValues, 0, tokens, shape.headSize());
            project(frame, memory, key.firstColumn, value.endColumn, key.linear, all);
        } else {
            project(frame, memory, key.firstColumn, key.endColumn, key.linear, keys);
            project(frame, memory, value.firstColumn, value.endColumn, value.linear, values);
        }
        norms.ofKeys(frame.workspace(), keys, shape.keyHeads(), tokens);
        return new Remembered(keys, values);
    }

    /** Queries of some rows, for keys and values that are there: see {@link #project}. */
    AttentionOperands ask(Frame frame, Tensor rows, Remembered memory, MatrixView context) {
        MatrixView queries = projectQueries(frame, rows);
        return new AttentionOperands(queries, memory.keys, memory.values, context, shape);
    }

    /**
     * Queries alone.
     *
     * @param frame receives them
     * @param rows {@code [rows, width]}
     */
    public MatrixView projectQueries(Frame frame, Tensor rows) {
        int count = rows.dimension(0);
        float[] projected = frame.floats(Tensor.elementCount(count, shape.queryWidth())); // [heads, rows, headSize]
        MatrixView queries = heads(projected, 0, count, shape.headSize());
        project(frame, rows, query.firstColumn, query.endColumn, query.linear, queries);
        norms.ofQueries(frame.workspace(), queries, shape.heads(), count);
        return queries;
    }

    /**
     * Keys and values alone, of layers that were loaded apart from that of the queries.
     *
     * @param memory {@code [tokens, memory width]}
     * @param keys receives {@code [tokens, keyHeads · headSize]}
     * @param values receives {@code [tokens, keyHeads · valueSize]}; right behind the keys
     */
    public void projectMemory(Workspace workspace, Tensor memory, MatrixView keys, MatrixView values) {
        if (key.linear == value.linear) {
            key.linear.forward(workspace, memory, 0, value.endColumn, Epilogue.NONE, keys);
        } else {
            key.linear.forward(workspace, memory, 0, key.endColumn, Epilogue.NONE, keys);
            value.linear.forward(workspace, memory, 0, value.endColumn, Epilogue.NONE, values);
        }
        norms.ofKeys(workspace, keys, shape.keyHeads(), memory.dimension(0));
    }

    /** All three in one product. */
    private AttentionOperands projectTogether(Frame frame, Tensor rows, MatrixView context) {
        int tokens = rows.dimension(0);
        float[] all =
                frame.floats(Math.multiplyExact(tokens, value.endColumn)); // [heads + 2 · keyHeads, tokens, headSize]
        MatrixView queries = heads(all, 0, tokens, shape.headSize());
        project(frame, rows, 0, value.endColumn, query.linear, queries);
        MatrixView keys = heads(all, tokens * key.firstColumn, tokens, shape.headSize());
        MatrixView values = heads(all, tokens * value.firstColumn, tokens, shape.headSize());
        return new AttentionOperands(queries, keys, values, context, shape);
    }

    private static void project(
            Frame frame, Tensor rows, int firstColumn, int endColumn, Linear linear, MatrixView out) {
        linear.forward(frame.workspace(), rows, firstColumn, endColumn, Epilogue.NONE, out);
    }

    /**
     * Each head's rows by themselves: {@code [heads, rows, headSize]}. Attention reads one head at a time. With all heads side by
     * side, the rows of one head would lie kilobytes apart: the prefetcher does not follow such steps, and many of these rows
     * share one set of the first-level cache.
     */
    private static MatrixView heads(float[] data, int offset, int rows, int headSize) {
        return new MatrixView(data, offset, headSize, headSize, rows * headSize);
    }
}
