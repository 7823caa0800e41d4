package io.tesserae.training.layer;

import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;

/**
 * A feed-forward block whose activation is a gate: Shazeer, arXiv 2002.05202, equation 6.
 *
 * <pre>
 * y   = contract(activation(gate) · up)
 * dup = dg · activation(gate),  dgate = dg · up · activation'(gate)
 * </pre>
 *
 * @param expand one layer, {@code [2 · intermediate, hidden]}, gates first; or two, gates and what they let pass
 * @param activation of the gates
 * @param contract {@code [hidden, intermediate]}
 */
public record GatedFeedForward(List<Linear> expand, Activation activation, Linear contract) implements PositionWise {

    /** Refuses other numbers of layers. */
    public GatedFeedForward {
        if (expand.isEmpty() || expand.size() > 2) {
            throw new IllegalArgumentException("a gate and what it lets pass from " + expand.size() + " layers");
        }
    }

    @Override
    public Variable forward(Tape tape, Variable x) {
        List<Variable> halves = expand.size() == 1
                ? Columns.split(tape, expand.getFirst().forward(tape, x), 2)
                : expand.stream().map(layer -> layer.forward(tape, x)).toList(); // [rows, intermediate] each
        Variable open = Activate.forward(tape, activation, halves.getFirst());
        return contract.forward(tape, product(tape, open, halves.getLast()));
    }

    private static Variable product(Tape tape, Variable a, Variable b) {
        int columns = a.columns();
        Tensor y = tape.take(a.rows(), columns);
        tape.overRows(a.rows(), columns, (from, to) -> multiply(tape, a.value(), b.value(), from, to, y));
        return tape.record(y, a.needsGradient() || b.needsGradient(), dy -> {
            addProduct(tape, dy, b.value(), a);
            addProduct(tape, dy, a.value(), b);
        });
    }

    /** Adds {@code dy · factor} to what flows back to one of the two. */
    private static void addProduct(Tape tape, Tensor dy, Tensor factor, Variable to) {
        if (to.needsGradient()) {
            Tensor product = tape.constantMemory(dy.shape());
            tape.overRows(
                    dy.dimension(0), dy.dimension(1), (from, end) -> multiply(tape, dy, factor, from, end, product));
            Sums.addTo(tape, product, to.gradient());
        }
    }

    private static void multiply(Tape tape, Tensor a, Tensor b, int from, int to, Tensor out) {
        int columns = a.dimension(1);
        int offset = from * columns;
        tape.kernels().multiply(a.data(), offset, b.data(), offset, (to - from) * columns, out.data(), offset);
    }
}
