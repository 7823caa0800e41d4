package io.tesserae.kernel;

import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import java.util.Arrays;

/**
 * The definition: every kernel in plain loops, one value at a time, in the order that fixes its bits. Read these to learn
 * what is computed; {@link VectorKernels} computes the same faster.
 */
final class ScalarKernels implements Kernels {

    private static final TileShape ONE_VALUE = new TileShape(1, 1, 1);

    @Override
    public String description() {
        return "scalar";
    }

    @Override
    public TileShape tileShape(int rows, Precision precision) {
        return ONE_VALUE;
    }

    @Override
    public boolean keepsHalves() {
        return false;
    }

    @Override
    public int panelColumns() {
        return 1;
    }

    /** Never: a sum is one loop here. */
    @Override
    public int blockDepth() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void packRows(
            MatrixView matrix, int first, int count, int tileRows, int columns, float[] packed, int packedOffset) {
        for (int row = 0; row < count; row++) {
            System.arraycopy(matrix.data(), matrix.row(first + row), packed, packedOffset + row * columns, columns);
        }
    }

    @Override
    public boolean scale(float factor, float[] packed, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            if (!(Math.abs(packed[i]) * factor < Float.POSITIVE_INFINITY)) {
                return false;
            }
        }
        for (int i = offset; i < offset + count; i++) {
            packed[i] *= factor;
        }
        return true;
    }

    @Override
    public void multiply(Product product, float[] packedRows, int column, int nextColumn, Scratch scratch) {
        PackedMatrix weight = product.weight();
        int depth = weight.inFeatures();
        int weightRow = weight.groupOffset(column);
        for (int row = 0; row < product.rows(); row++) {
            float sum = product.start(column);
            for (int k = 0; k < depth; k++) {
                sum = Math.fma(packedRows[row * depth + k], weight.data()[weightRow + k], sum);
            }
            finish(product, product.firstRow() + row, column, product.scaled(sum, column));
        }
    }

    /** The epilogue of one sum, into the matrix. */
    static void finish(Product product, int row, int column, float sum) {
        int at = row * product.weight().outFeatures() + column;
        product.out().data()[product.out().at(row, column)] = finished(product.epilogue(), sum, column, at);
    }

    /**
     * The epilogue of one sum.
     *
     * @param at where in the residual stream, {@code [rows, outFeatures]}, the sum's place is
     */
    static float finished(Epilogue epilogue, float sum, int column, int at) {
        return switch (epilogue) {
            case Epilogue.None() -> sum;
            case Epilogue.Activate(Activation activation) -> ElementaryFunctions.activate(activation, sum);
            case Epilogue.AddResidual(float[] residual) -> sum + residual[at];
            case Epilogue.ScaleAddResidual(float[] scale, float[] residual) ->
                Math.fma(scale[column], sum, residual[at]);
        };
    }

    @Override
    public void activate(Activation activation, float[] data, int offset, int rows, int columns, int stride) {
        for (int row = 0; row < rows; row++) {
            for (int i = offset + row * stride; i < offset + row * stride + columns; i++) {
                data[i] = ElementaryFunctions.activate(activation, data[i]);
            }
        }
    }

    @Override
    public void addScaled(float a, float[] x, int xOffset, float[] y, int yOffset, int count) {
        for (int i = 0; i < count; i++) {
            y[yOffset + i] = Math.fma(a, x[xOffset + i], y[yOffset + i]);
        }
    }

    @Override
    public void softmax(float[] data, int offset, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = data[offset + i] > max ? data[offset + i] : max;
        }
        float[] partial = new float[PARTIAL_SUMS];
        for (int i = 0; i < count; i++) {
            data[offset + i] = ElementaryFunctions.exp(data[offset + i] - max);
            partial[i % PARTIAL_SUMS] += data[offset + i];
        }
        float reciprocal = 1f / fold(partial);
        for (int i = 0; i < count; i++) {
            data[offset + i] *= reciprocal;
        }
    }

    @Override
    public void layerNorm(
            float[] x, int from, int to, int columns, float[] weight, float[] bias, float epsilon, float[] out) {
        for (int start = from * columns; start < to * columns; start += columns) {
            float[] sums = new float[PARTIAL_SUMS];
            for (int i = 0; i < columns; i++) {
                sums[i % PARTIAL_SUMS] += x[start + i];
            }
            float mean = fold(sums) / columns;
            Arrays.fill(sums, 0f);
            for (int i = 0; i < columns; i++) {
                float deviation = x[start + i] - mean;
                sums[i % PARTIAL_SUMS] = Math.fma(deviation, deviation, sums[i % PARTIAL_SUMS]);
            }
            float scale = reciprocalDeviation(fold(sums), columns, epsilon);
            for (int i = 0; i < columns; i++) {
                out[start + i] = Math.fma((x[start + i] - mean) * scale, weight[i], bias[i]);
            }
        }
    }

    @Override
    public void attend(
            AttentionOperands operands,
            AttentionPattern pattern,
            AttentionTask task,
            AttentionMaps maps,
            Scratch scratch) {
        AttentionShape shape = operands.shape();
        MatrixView values = operands.values().from(shape.keyHead(task.head()) * shape.valueSize());
        MatrixView contexts = operands.context().from(task.head() * shape.valueSize());
        int keyFrom = pattern.keyStarts()[task.sequence()];
        int queryFrom = pattern.queryStarts()[task.sequence()];
        float[] scores = new float[pattern.keys(task.sequence())];
        float[] exponentials = new float[Math.min(scores.length, KEY_BLOCK)];
        float[] context = new float[shape.valueSize()];
        float[] partial = new float[PARTIAL_SUMS];
        for (int query = task.firstQuery(); query < task.endQuery(); query++) {
            score(operands, pattern, task, query, scores);
            int first = pattern.firstKey(task.sequence(), query);
            int end = pattern.endKey(task.sequence(), query);
            float max = Float.NEGATIVE_INFINITY;
            Arrays.fill(partial, 0f);
            Arrays.fill(context, 0f);
            for (int from = first, to; from < end; from = to) {
                to = from + Math.min(end - from, KEY_BLOCK - from % KEY_BLOCK);
                float before = max;
                for (int key = from; key < to; key++) {
                    max = scores[key] > max ? scores[key] : max;
                }
                if (max > before) { // what there is was relative to a smaller score
                    multiply(partial, ElementaryFunctions.exp(before - max));
                    multiply(context, ElementaryFunctions.exp(before - max));
                }
                for (int key = from; key < to; key++) {
                    exponentials[key - from] = ElementaryFunctions.exp(scores[key] - Kernels.shift(max));
                    partial[key % PARTIAL_SUMS] += exponentials[key - from];
                }
                for (int c = 0; c < shape.valueSize(); c++) {
                    for (int key = from; key < to; key++) {
                        float value = values.data()[values.row(keyFrom + key) + c];
                        context[c] = Math.fma(value, exponentials[key - from], context[c]);
                    }
                }
            }
            float reciprocal = first < end ? Kernels.reciprocal(max, fold(partial)) : 0f;
            multiply(context, reciprocal);
            System.arraycopy(context, 0, contexts.data(), contexts.row(queryFrom + query), context.length);
            if (maps.areWanted()) {
                int row = AttentionMaps.row(pattern, task, query);
                Arrays.fill(maps.of(task), row, row + scores.length, 0f);
                for (int key = first; key < end; key++) {
                    float exponential = ElementaryFunctions.exp(scores[key] - Kernels.shift(max));
                    maps.of(task)[row + key] = exponential * reciprocal;
                }
            }
        }
    }

    /** The scores of one query and the keys that it sees, with their scale and their bias. */
    private static void score(
            AttentionOperands operands, AttentionPattern pattern, AttentionTask task, int query, float[] scores) {
        AttentionShape shape = operands.shape();
        int sequence = task.sequence();
        MatrixView queries = operands.queries().from(task.head() * shape.headSize());
        MatrixView keys = operands.keys().from(shape.keyHead(task.head()) * shape.headSize());
        int queryRow = queries.row(pattern.queryStarts()[sequence] + query);
        boolean biased = !(pattern.bias() instanceof ScoreBias.None);
        MatrixView bias = biased ? pattern.bias().rows(sequence, task.head()) : null;
        for (int key = pattern.firstKey(sequence, query); key < pattern.endKey(sequence, query); key++) {
            int keyRow = keys.row(pattern.keyStarts()[sequence] + key);
            float score = 0f;
            for (int c = 0; c < shape.headSize(); c++) {
                score = Math.fma(keys.data()[keyRow + c], queries.data()[queryRow + c], score);
            }
            scores[key] = biased
                    ? Math.fma(score, shape.scale(), bias.data()[bias.at(pattern.place(sequence, query), key)])
                    : score * shape.scale();
        }
    }

    private static void multiply(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }

    /**
     * Adds up {@value Kernels#PARTIAL_SUMS} partial sums: the upper half onto the lower half, until one is left. Uses the
     * array as scratch.
     */
    static float fold(float[] partial) {
        for (int half = PARTIAL_SUMS / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                partial[i] += partial[i + half];
            }
        }
        return partial[0];
    }

    /** 1 / √(variance + ε), from a sum of squared deviations; {@link Math#sqrt} rounds correctly, so this has fixed bits. */
    static float reciprocalDeviation(float squares, int count, float epsilon) {
        return 1f / (float) Math.sqrt(squares / count + epsilon);
    }
}
