package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.kernel.MatrixProducts.Operand;
import io.tesserae.kernel.MatrixProducts.Size;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Products of operands that both change, against three loops: every bit. */
class MatrixProductsTest {

    private static final Kernels VECTOR = new VectorKernels();
    private static final List<Machine> MACHINES =
            List.of(machine(VECTOR, 1), machine(VECTOR, 3), machine(Kernels.scalar(), 1), machine(Kernels.scalar(), 3));

    private static Machine machine(Kernels kernels, int threads) {
        return new Machine(kernels, new Workers(threads), Precision.FLOAT32, true);
    }

    @Property(tries = 300)
    void everyMachineComputesTheDefinition(
            @ForAll @IntRange(min = 1, max = 150) int rows,
            @ForAll @IntRange(min = 1, max = 130) int depth,
            @ForAll @IntRange(min = 1, max = 130) int columns,
            @ForAll @IntRange(min = 0, max = 3) int transposed,
            @ForAll @IntRange(min = 0, max = 5) int epilogue,
            @ForAll @IntRange(min = 0, max = 3) int machine,
            @ForAll boolean biased,
            @ForAll boolean views,
            @ForAll long seed) {
        Case any = new Case(new Random(seed), new Size(rows, depth, columns), transposed, views);
        any.check(MACHINES.get(machine), biased, epilogue);
    }

    @Property(tries = 200)
    void oneThreadComputesTheDefinitionAlone(
            @ForAll @IntRange(min = 1, max = 150) int rows,
            @ForAll @IntRange(min = 1, max = 100) int depth,
            @ForAll @IntRange(min = 1, max = 150) int columns,
            @ForAll @IntRange(min = 0, max = 3) int transposed,
            @ForAll @IntRange(min = 0, max = 3) int machine,
            @ForAll boolean views,
            @ForAll long seed) {
        new Case(new Random(seed), new Size(rows, depth, columns), transposed, views).checkAlone(MACHINES.get(machine));
    }

    /** Deeper than a block of the depth, taller than a block of rows, and wider than all threads' tiles. */
    @Example
    void blocksOfEveryKindComputeTheDefinition() {
        Random random = new Random(7);
        for (Size size : List.of(
                new Size(400, 800, 33),
                new Size(97, 3072, 31),
                new Size(160, 1700, 40),
                new Size(2, 9000, 100),
                new Size(1, 5000, 200),
                new Size(70, 769, 130),
                new Size(1100, 250, 17))) {
            for (int transposed = 0; transposed < 4; transposed++) {
                for (Machine machine : MACHINES) {
                    Case any = new Case(random, size, transposed, transposed == 1);
                    any.check(machine, true, 5);
                    any.checkAlone(machine);
                }
            }
        }
    }

    /** Blocks of columns that each have rows of their own, as heads have. */
    @Example
    void operandsInBlocksOfColumnsComputeTheDefinition() {
        Random random = new Random(8);
        for (Machine machine : MACHINES) {
            for (int transposed = 0; transposed < 4; transposed++) {
                for (int block : new int[] {1, 5, 16, 24}) {
                    Case any = new Case(random, new Size(50, 48, 72), transposed, false).inBlocksOf(block);
                    any.check(machine, true, 0);
                    any.checkAlone(machine);
                }
            }
        }
    }

    @Example
    void sumsOfNothingAreTheBias() {
        for (Machine machine : MACHINES) {
            for (int epilogue = 0; epilogue <= 5; epilogue++) {
                new Case(new Random(9), new Size(5, 0, 7), 2, false).check(machine, true, epilogue);
                new Case(new Random(9), new Size(0, 4, 7), 2, false).check(machine, true, epilogue);
                new Case(new Random(9), new Size(5, 4, 0), 2, false).check(machine, true, epilogue);
            }
        }
    }

    /** What a larger product has left behind in the memory that is used again changes nothing. */
    @Example
    void productsInTheSameMemoryDoNotDisturbEachOther() {
        Random random = new Random(10);
        for (Machine machine : MACHINES) {
            try (Workspace workspace = machine.workspace()) {
                for (int size : new int[] {200, 7, 33, 1, 64, 13}) {
                    for (int transposed = 0; transposed < 4; transposed++) {
                        Case any = new Case(random, new Size(size, size + 3, 2 * size), transposed, false);
                        any.checkAlone(workspace);
                        any.check(workspace, size % 2 == 0, 2);
                    }
                }
            }
        }
    }

    /** Operands of one size, and what they are to become. */
    private static final class Case {

        private final Random random;
        private final Size size;
        private final Operand left;
        private final Operand right;
        private final MatrixView out;

        /**
         * Values at random.
         *
         * @param transposed 1 for the right operand, 2 for the left, 3 for both
         * @param views whether the operands and the result are parts of larger matrices
         */
        Case(Random random, Size size, int transposed, boolean views) {
            this(
                    random,
                    size,
                    operand(random, size.rows(), size.depth(), transposed / 2 == 1, views),
                    operand(random, size.depth(), size.columns(), transposed % 2 == 1, views),
                    matrix(random, size.rows(), size.columns(), views));
        }

        private Case(Random random, Size size, Operand left, Operand right, MatrixView out) {
            this.random = random;
            this.size = size;
            this.left = left;
            this.right = right;
            this.out = out;
        }

        /** Other numbers, each matrix in blocks of so many columns. */
        Case inBlocksOf(int columns) {
            return new Case(
                    random,
                    size,
                    new Operand(blocks(left.matrix(), columns), left.transposed()),
                    new Operand(blocks(right.matrix(), columns), right.transposed()),
                    blocks(out, columns));
        }

        private static MatrixView blocks(MatrixView matrix, int columns) {
            int rows = matrix.data().length / matrix.stride();
            int blocks = Math.ceilDiv(matrix.stride(), columns);
            float[] values = values(new Random(columns), blocks * rows * columns);
            return new MatrixView(values, 0, columns, columns, rows * columns);
        }

        private static Operand operand(Random random, int rows, int columns, boolean transposed, boolean views) {
            return new Operand(
                    transposed ? matrix(random, columns, rows, views) : matrix(random, rows, columns, views),
                    transposed);
        }

        private static MatrixView matrix(Random random, int rows, int columns, boolean view) {
            int before = view ? random.nextInt(5) : 0;
            int stride = before + columns + (view ? random.nextInt(20) : 0);
            return new MatrixView(values(random, rows * stride), before, stride);
        }

        private static float[] values(Random random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return values;
        }

        void check(Machine machine, boolean biased, int epilogue) {
            try (Workspace workspace = machine.workspace()) {
                check(workspace, biased, epilogue);
            }
        }

        void check(Workspace workspace, boolean biased, int epilogue) {
            float[] bias = biased ? values(random, size.columns()) : null;
            MatrixView result = fresh();
            float[] residual = values(random, size.rows() * size.columns());
            if (epilogue == 5) { // the result is the residual stream
                result = new MatrixView(residual, 0, size.columns());
            }
            Epilogue after = switch (epilogue) {
                case 0 -> Epilogue.NONE;
                case 1 -> new Epilogue.Activate(Activation.GELU);
                case 2 -> new Epilogue.Activate(Activation.TANH);
                case 3 -> new Epilogue.ScaleAddResidual(values(random, size.columns()), residual);
                default -> new Epilogue.AddResidual(residual);
            };
            MatrixView expected = copy(result);
            define(bias, epilogue == 5 ? new Epilogue.AddResidual(expected.data()) : after, expected);
            MatrixProducts.multiply(workspace, left, right, size, bias, after, result);
            assertBitsEqual(expected, result);
        }

        void checkAlone(Machine machine) {
            try (Workspace workspace = machine.workspace()) {
                checkAlone(workspace);
            }
        }

        void checkAlone(Workspace workspace) {
            MatrixView result = fresh();
            MatrixView expected = copy(result);
            define(null, Epilogue.NONE, expected);
            MatrixProducts.multiplyAlone(
                    workspace.machine().kernels(), workspace.scratch(0), left, right, size, result);
            assertBitsEqual(expected, result);
        }

        private MatrixView fresh() {
            return copy(out);
        }

        private static MatrixView copy(MatrixView matrix) {
            return new MatrixView(
                    matrix.data().clone(),
                    matrix.offset(),
                    matrix.stride(),
                    matrix.blockColumns(),
                    matrix.blockStride());
        }

        private void define(float[] bias, Epilogue epilogue, MatrixView out) {
            int depth = size.depth();
            float[] x = new float[size.rows() * depth];
            float[] weight = new float[size.columns() * depth];
            for (int k = 0; k < depth; k++) {
                for (int row = 0; row < size.rows(); row++) {
                    x[row * depth + k] = at(left, row, k);
                }
                for (int column = 0; column < size.columns(); column++) {
                    weight[column * depth + k] = at(right, k, column);
                }
            }
            for (int row = 0; row < size.rows(); row++) {
                for (int column = 0; column < size.columns(); column++) {
                    float sum = bias == null ? 0f : bias[column];
                    for (int k = 0; k < depth; k++) {
                        sum = Math.fma(x[row * depth + k], weight[column * depth + k], sum);
                    }
                    int at = row * size.columns() + column;
                    out.data()[out.at(row, column)] = ScalarKernels.finished(epilogue, sum, column, at);
                }
            }
        }

        private static float at(Operand operand, int row, int column) {
            MatrixView matrix = operand.matrix();
            return matrix.data()[operand.transposed() ? matrix.at(column, row) : matrix.at(row, column)];
        }

        /** All of both arrays: nothing beside the result may be written. */
        private void assertBitsEqual(MatrixView expected, MatrixView actual) {
            for (int i = 0; i < expected.data().length; i++) {
                int wanted = Float.floatToRawIntBits(expected.data()[i]);
                if (wanted != Float.floatToRawIntBits(actual.data()[i])) {
                    assertEquals(expected.data()[i], actual.data()[i], size + ", at " + i);
                    assertEquals(wanted, Float.floatToRawIntBits(actual.data()[i]), size + ", bits at " + i);
                }
            }
        }
    }
}
