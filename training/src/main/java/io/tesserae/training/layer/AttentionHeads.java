package io.tesserae.training.layer;

import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.MatrixProducts;
import io.tesserae.kernel.MatrixProducts.Operand;
import io.tesserae.kernel.MatrixProducts.Size;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Scratch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.kernel.Draw;
import io.tesserae.training.kernel.GradientKernels;
import io.tesserae.training.layer.ScaledDotProduct.Distances;
import io.tesserae.training.tape.Gradient;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Arrays;
import java.util.Optional;

/** {@link ScaledDotProduct}, one head of one sequence after the other; the machine's threads take turns. */
final class AttentionHeads {

    private final AttentionShape shape;
    private final Dropout dropout;
    private final ScaledDotProduct.Operands operands;
    private final AttentionPattern pattern;
    private final int width; // of all heads
    private final int paddedKeys; // of the longest sequence, a multiple of 32: places of a row of probabilities

    AttentionHeads(ScaledDotProduct attention, ScaledDotProduct.Operands operands, AttentionPattern pattern) {
        this.shape = attention.shape();
        this.dropout = attention.dropout();
        this.operands = operands;
        this.pattern = pattern;
        this.width = shape.contextWidth();
        int most = 0;
        for (int sequence = 0; sequence < pattern.sequences(); sequence++) {
            most = Math.max(most, pattern.keys(sequence));
        }
        paddedKeys = Math.ceilDiv(most, 32) * 32;
    }

    /** One thread's matrices, {@code [queries, keys]} each, which grow to what is asked of them. */
    private static final class Matrices {
        private float[] probabilities = new float[0];
        private float[] dropped = new float[0];
        private float[] gradients = new float[0];

        void reserve(int size) {
            if (probabilities.length < size) {
                probabilities = new float[size];
                dropped = new float[size];
                gradients = new float[size];
            }
        }
    }

    /** A head of a sequence, with the kernels and the memory of the thread that works on it. */
    private record Task(
            int sequence, int head, Kernels kernels, GradientKernels gradients, Scratch scratch, Matrices matrices) {}

    /** Does something with a head of a sequence. */
    @FunctionalInterface
    private interface Work {
        void run(Task task);
    }

    /** All contexts, with dropout: {@code [queries, width]}. */
    void forward(Tape tape, Tensor context) {
        Draw draw = tape.draw(dropout.site());
        overHeads(tape, 1, task -> {
            Size size = new Size(queries(task), keys(task), shape.headSize());
            computeProbabilities(task);
            drop(task, draw, task.matrices().probabilities, task.matrices().dropped);
            MatrixProducts.multiplyAlone(
                    task.kernels(),
                    task.scratch(),
                    Operand.of(task.matrices().dropped, keys(task)),
                    new Operand(ofKeys(task, operands.values().value()), false),
                    size,
                    ofQueries(task, context));
        });
    }

    /** Gradients of queries, keys and values, and of the table of distances. */
    void backward(Tape tape, Tensor dContext, Optional<Distances> distances) {
        boolean drops = dropout.drops(tape);
        Draw draw = drops ? tape.draw(dropout.site()) : null;
        Tensor dQueries = target(tape, operands.queries());
        Tensor dKeys = target(tape, operands.keys());
        Tensor dValues = target(tape, operands.values());
        float[] dTable = distances
                .map(Distances::table)
                .filter(Variable::needsGradient)
                .map(table -> table.gradient().toAddTo().data())
                .orElse(null);
        // A head's sequences add to the same row of the table: one task then.
        int together = dTable == null ? 1 : pattern.sequences();
        overHeads(tape, together, task -> {
            float[] probabilities = task.matrices().probabilities;
            float[] dropped = drops ? task.matrices().dropped : probabilities;
            float[] gradients = task.matrices().gradients; // [queries, keys]
            int queries = queries(task);
            int keys = keys(task);
            int headSize = shape.headSize();
            computeProbabilities(task);
            if (drops) {
                drop(task, draw, probabilities, dropped);
            }
            Operand dO = new Operand(ofQueries(task, dContext), false);
            multiply(
                    task,
                    Operand.transposed(dropped, keys),
                    dO,
                    new Size(keys, queries, headSize),
                    ofKeys(task, dValues));
            multiply(
                    task,
                    dO,
                    new Operand(ofKeys(task, operands.values().value()), true),
                    new Size(queries, headSize, keys),
                    new MatrixView(gradients, 0, keys));
            if (drops) {
                drop(task, draw, gradients, gradients);
            }
            throughSoftmax(task, dTable, distances.map(Distances::reach).orElse(0));
            multiply(
                    task,
                    Operand.of(gradients, keys),
                    new Operand(ofKeys(task, operands.keys().value()), false),
                    new Size(queries, keys, headSize),
                    ofQueries(task, dQueries));
            multiply(
                    task,
                    Operand.transposed(gradients, keys),
                    new Operand(ofQueries(task, operands.queries().value()), false),
                    new Size(keys, queries, headSize),
                    ofKeys(task, dKeys));
        });
    }

    private static void multiply(Task task, Operand left, Operand right, Size size, MatrixView out) {
        MatrixProducts.multiplyAlone(task.kernels(), task.scratch(), left, right, size, out);
    }

    /** Where a gradient is written, which nobody has added to yet; where nobody wants it, memory to write it to all the same. */
    private static Tensor target(Tape tape, Variable operand) {
        if (!operand.needsGradient()) {
            return tape.constantMemory(operand.value().shape());
        }
        Gradient gradient = operand.gradient();
        if (!gradient.isEmpty()) {
            throw new IllegalStateException("queries, keys and values are used by attention alone");
        }
        return tape.toAddTo(gradient);
    }

    private void overHeads(Tape tape, int sequencesTogether, Work work) {
        Kernels kernels = tape.machine().kernels();
        int sequences = pattern.sequences();
        Matrices[] matrices = new Matrices[tape.machine().workers().threads()];
        int groups = Math.ceilDiv(sequences, sequencesTogether);
        tape.machine().workers().run(shape.heads() * groups, (index, thread) -> {
            if (matrices[thread] == null) {
                matrices[thread] = new Matrices();
            }
            int head = index / groups;
            int first = index % groups * sequencesTogether;
            for (int sequence = first; sequence < Math.min(sequences, first + sequencesTogether); sequence++) {
                if (pattern.queries(sequence) > 0 && pattern.keys(sequence) > 0) {
                    matrices[thread].reserve(Tensor.elementCount(pattern.queries(sequence), pattern.keys(sequence)));
                    work.run(new Task(
                            sequence,
                            head,
                            kernels,
                            tape.kernels(),
                            tape.workspace().scratch(thread),
                            matrices[thread]));
                }
            }
        });
    }

    private int queries(Task task) {
        return pattern.queries(task.sequence());
    }

    private int keys(Task task) {
        return pattern.keys(task.sequence());
    }

    /** A head's columns of a sequence's queries, in a matrix that has all. */
    private MatrixView ofQueries(Task task, Tensor matrix) {
        int offset = pattern.queryStarts()[task.sequence()] * width + task.head() * shape.headSize();
        return new MatrixView(matrix.data(), offset, width);
    }

    private MatrixView ofKeys(Task task, Tensor matrix) {
        int offset = pattern.keyStarts()[task.sequence()] * width + task.head() * shape.headSize();
        return new MatrixView(matrix.data(), offset, width);
    }

    /** {@code P = softmax(Q Kᵀ · scale + bias)}; zero where a query does not see a key. */
    private void computeProbabilities(Task task) {
        int keys = keys(task);
        float[] p = task.matrices().probabilities;
        multiply(
                task,
                new Operand(ofQueries(task, operands.queries().value()), false),
                new Operand(ofKeys(task, operands.keys().value()), true),
                new Size(queries(task), shape.headSize(), keys),
                new MatrixView(p, 0, keys));
        for (int query = 0; query < queries(task); query++) {
            int row = query * keys;
            int first = Math.min(keys, pattern.firstKey(task.sequence(), query));
            int end = Math.max(first, pattern.endKey(task.sequence(), query));
            Arrays.fill(p, row, row + first, 0f);
            Arrays.fill(p, row + end, row + keys, 0f);
            if (first < end) {
                scaleScores(task, query, first, end, p, row);
                task.kernels().softmax(p, row + first, end - first);
            }
        }
    }

    private void scaleScores(Task task, int query, int first, int end, float[] scores, int row) {
        if (pattern.bias() instanceof ScoreBias.Distances(float[] table, int reach)) {
            int distance = task.head() * (2 * reach + 1) + reach - pattern.place(task.sequence(), query);
            for (int key = first; key < end; key++) {
                scores[row + key] = Math.fma(scores[row + key], shape.scale(), table[distance + key]);
            }
        } else {
            task.gradients().scale(shape.scale(), scores, row + first, end - first, scores, row + first);
        }
    }

    /** The same places of the draw in both passes: one row of places for each query and head. */
    private void drop(Task task, Draw draw, float[] x, float[] out) {
        int keys = keys(task);
        for (int query = 0; query < queries(task); query++) {
            long row = (long) (pattern.queryStarts()[task.sequence()] + query) * shape.heads() + task.head();
            task.gradients().dropout(draw, dropout.p(), row * paddedKeys, x, query * keys, keys, out, query * keys);
        }
    }

    /** From the gradient of the probabilities to that of {@code Q Kᵀ}, in place; on the way it is that of the bias. */
    private void throughSoftmax(Task task, float[] dTable, int reach) {
        int keys = keys(task);
        float[] p = task.matrices().probabilities;
        float[] gradients = task.matrices().gradients;
        for (int query = 0; query < queries(task); query++) {
            int row = query * keys;
            task.gradients().softmax(p, row, gradients, row, keys, gradients, row);
            if (dTable != null) {
                int distance = task.head() * (2 * reach + 1) + reach - pattern.place(task.sequence(), query);
                task.gradients().add(gradients, row, dTable, distance, keys);
            }
            task.gradients().scale(shape.scale(), gradients, row, keys, gradients, row);
        }
    }
}
