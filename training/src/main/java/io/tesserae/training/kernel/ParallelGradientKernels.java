package io.tesserae.training.kernel;

import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;

/**
 * The kernels of training over whole matrices and arrays: cuts the work into tasks and hands them to the machine's threads. How the work
 * is cut changes no bit.
 */
@SuppressWarnings("exports") // what it computes with is not for others
public final class ParallelGradientKernels {

    /** Values of a task along rows or arrays; a multiple of 32, as {@link GradientKernels#dropout} wants it. */
    private static final int TASK_VALUES = 16_384;

    /** Columns of a task down columns are a multiple of this: a cache line, and the widest vector. */
    private static final int COLUMN_STEP = 16;

    /** Tasks for each thread down columns: a slow thread can then do less. */
    private static final int TASKS_OF_A_THREAD = 2;

    /** Values whose squares are one sum of {@link GradientKernels#sumOfSquares}. Fixed, since it decides the bits. */
    private static final int SQUARES_CHUNK = 4096;

    private ParallelGradientKernels() {}

    /**
     * {@link GradientKernels#addColumnSums} of all columns.
     *
     * @param x {@code [rows, columns]}
     * @param sums {@code [columns]}
     */
    public static void addColumnSums(GradientKernels kernels, Workspace workspace, Tensor x, float[] sums) {
        int rows = x.dimension(0);
        int columns = requireColumns(x, sums);
        overColumns(
                workspace, rows, columns, (from, to) -> kernels.addColumnSums(x.data(), rows, columns, from, to, sums));
    }

    /**
     * {@link GradientKernels#layerNorm} of all rows, and {@link GradientKernels#layerNormParameters} of all columns.
     *
     * @param x {@code [rows, columns]}
     * @param gradient {@code [rows, columns]}
     * @param weight {@code [columns]}
     * @param weightGradient {@code [columns]}, added to; null, as the bias's, where the parameters learn nothing
     * @param biasGradient {@code [columns]}, added to
     * @param adds whether the result is added to what {@code out} holds
     * @param out {@code [rows, columns]}; may have the array of {@code gradient} where nothing is added and the parameters learn nothing
     */
    public static void layerNorm(
            GradientKernels kernels,
            Workspace workspace,
            Tensor x,
            Tensor gradient,
            float[] weight,
            float epsilon,
            float[] weightGradient,
            float[] biasGradient,
            boolean adds,
            Tensor out) {
        int rows = x.dimension(0);
        int columns = requireColumns(x, weight);
        requireSizes(x, gradient, out);
        if (out.data() == gradient.data() && (adds || weightGradient != null)) {
            throw new IllegalArgumentException("a layer norm's gradient is read again after the result is written");
        }
        float[] means = new float[rows];
        float[] scales = new float[rows];
        overRows(
                workspace,
                rows,
                columns,
                (from, to) -> kernels.layerNorm(
                        x.data(),
                        gradient.data(),
                        from,
                        to,
                        columns,
                        weight,
                        epsilon,
                        means,
                        scales,
                        adds,
                        out.data()));
        if (weightGradient != null) {
            requireColumns(x, weightGradient);
            requireColumns(x, biasGradient);
            overColumns(
                    workspace,
                    rows,
                    columns,
                    (from, to) -> kernels.layerNormParameters(
                            x.data(),
                            gradient.data(),
                            rows,
                            columns,
                            from,
                            to,
                            means,
                            scales,
                            weightGradient,
                            biasGradient));
        }
    }

    /**
     * {@link GradientKernels#activation} of all values.
     *
     * @param x what went into the activation
     * @param gradient as many values
     * @param out as many; may be {@code gradient}
     */
    public static void activation(
            GradientKernels kernels,
            Workspace workspace,
            Activation activation,
            Tensor x,
            Tensor gradient,
            Tensor out) {
        requireSizes(x, gradient, out);
        overValues(
                workspace,
                x.size(),
                (from, to) -> kernels.activation(activation, x.data(), gradient.data(), from, to - from, out.data()));
    }

    /**
     * {@link GradientKernels#scale} of all values.
     *
     * @param out as many values as {@code x}; may be {@code x}
     */
    public static void scale(GradientKernels kernels, Workspace workspace, float a, Tensor x, Tensor out) {
        requireSizes(x, out, out);
        overValues(workspace, x.size(), (from, to) -> kernels.scale(a, x.data(), from, to - from, out.data(), from));
    }

    /**
     * {@link GradientKernels#add} of all values: {@code y += x}.
     *
     * @param y as many values as {@code x}
     */
    public static void add(GradientKernels kernels, Workspace workspace, Tensor x, Tensor y) {
        requireSizes(x, y, y);
        overValues(workspace, x.size(), (from, to) -> kernels.add(x.data(), from, y.data(), from, to - from));
    }

    /**
     * {@link GradientKernels#multiply} of all values.
     *
     * @param y as many values as {@code x}
     * @param out as many; may be either
     */
    public static void multiply(GradientKernels kernels, Workspace workspace, Tensor x, Tensor y, Tensor out) {
        requireSizes(x, y, out);
        overValues(
                workspace,
                x.size(),
                (from, to) -> kernels.multiply(x.data(), from, y.data(), from, to - from, out.data(), from));
    }

    /**
     * {@link GradientKernels#dropout} of all values.
     *
     * @param p the probability of being left out, from 0 to below 1
     * @param place the first value's place in the draw; a multiple of 32
     * @param out as many values as {@code x}; may be {@code x}
     * @throws IllegalArgumentException if p or the place is another
     */
    public static void dropout(
            GradientKernels kernels, Workspace workspace, Draw draw, float p, long place, Tensor x, Tensor out) {
        requireSizes(x, out, out);
        ScalarGradientKernels.requireDropout(p, place, x.size());
        overValues(
                workspace,
                x.size(),
                (from, to) -> kernels.dropout(draw, p, place + from, x.data(), from, to - from, out.data(), from));
    }

    /**
     * {@code Σ x[i]²}: {@link GradientKernels#sumOfSquares} of every {@value #SQUARES_CHUNK} values, and their sum as a double, in
     * ascending order.
     *
     * @param count values of {@code x} from the first on
     */
    public static double sumOfSquares(GradientKernels kernels, Workspace workspace, float[] x, int count) {
        requireLength(count, x);
        float[] sums = new float[Math.ceilDiv(count, SQUARES_CHUNK)];
        overValues(workspace, count, (from, to) -> {
            for (int start = from; start < to; start += SQUARES_CHUNK) {
                sums[start / SQUARES_CHUNK] = kernels.sumOfSquares(x, start, Math.min(SQUARES_CHUNK, to - start));
            }
        });
        double sum = 0;
        for (float part : sums) {
            sum += part;
        }
        return sum;
    }

    /**
     * {@link GradientKernels#adamW} of the first {@code count} values.
     *
     * @param gradient of that many values or more, as the others
     */
    public static void adamW(
            GradientKernels kernels,
            Workspace workspace,
            AdamWStep step,
            float[] gradient,
            int count,
            float[] firstMoment,
            float[] secondMoment,
            float[] value) {
        requireLength(count, gradient);
        requireLength(count, firstMoment);
        requireLength(count, secondMoment);
        requireLength(count, value);
        overValues(
                workspace,
                count,
                (from, to) -> kernels.adamW(step, gradient, from, to - from, firstMoment, secondMoment, value));
    }

    /**
     * {@link GradientKernels#sgd} of the first {@code count} values.
     *
     * @param gradient of that many values or more, as the others
     * @param momentum the buffer; null where there is no momentum
     */
    public static void sgd(
            GradientKernels kernels,
            Workspace workspace,
            SgdStep step,
            float[] gradient,
            int count,
            float[] momentum,
            float[] value) {
        requireLength(count, gradient);
        requireLength(count, value);
        if (momentum != null) {
            requireLength(count, momentum);
        }
        overValues(workspace, count, (from, to) -> kernels.sgd(step, gradient, from, to - from, momentum, value));
    }

    /**
     * {@link GradientKernels#average} of the first {@code count} values.
     *
     * @param average of that many values or more
     */
    public static void average(
            GradientKernels kernels, Workspace workspace, float[] x, int count, float decay, float[] average) {
        requireLength(count, x);
        requireLength(count, average);
        overValues(workspace, count, (from, to) -> kernels.average(x, from, to - from, decay, average));
    }

    /** Work on the rows, columns or values {@code from} to {@code to}. */
    @FunctionalInterface
    private interface Part {
        void run(int from, int to);
    }

    private static void overRows(Workspace workspace, int rows, int columns, Part part) {
        inParts(workspace, rows, Math.max(1, TASK_VALUES / Math.max(1, columns)), part);
    }

    private static void overValues(Workspace workspace, int count, Part part) {
        inParts(workspace, count, TASK_VALUES, part);
    }

    /** Columns in a few tasks for each thread; in one where there is little to do. */
    private static void overColumns(Workspace workspace, int rows, int columns, Part part) {
        int threads = workspace.machine().workers().threads();
        long wanted = Math.min((long) TASKS_OF_A_THREAD * threads, (long) rows * columns / TASK_VALUES + 1);
        int tasks = (int) (threads == 1 ? 1 : wanted);
        inParts(workspace, columns, Math.ceilDiv(Math.ceilDiv(columns, tasks), COLUMN_STEP) * COLUMN_STEP, part);
    }

    private static void inParts(Workspace workspace, int count, int size, Part part) {
        if (count == 0) {
            return;
        }
        workspace.machine().workers().run(Math.ceilDiv(count, size), (index, thread) -> {
            int from = index * size;
            part.run(from, from + Math.min(size, count - from));
        });
    }

    private static int requireColumns(Tensor x, float[] parameter) {
        if (x.dimension(-1) != parameter.length) {
            throw new IllegalArgumentException(parameter.length + " values for the columns of " + x);
        }
        return parameter.length;
    }

    private static void requireSizes(Tensor x, Tensor y, Tensor out) {
        if (x.size() != y.size() || x.size() != out.size()) {
            throw new IllegalArgumentException("expected as many values in each of " + x + ", " + y + " and " + out);
        }
    }

    private static void requireLength(int count, float[] values) {
        if (count < 0 || count > values.length) {
            throw new IllegalArgumentException(
                    "expected " + count + " values or more, found an array of " + values.length);
        }
    }
}
