package io.tesserae.training.layer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.kernel.Draw;
import io.tesserae.training.tape.Gradient;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * Leaves values out by chance while a network is trained: {@code torch.nn.Dropout}; Srivastava et al., JMLR 15, 2014. What is left out
 * is a function of the seed, the step, the site and the value's place, so the backward pass draws the same again, in any thread.
 *
 * @param p the probability of being left out, from 0 to below 1
 * @param site which place of the network this is
 */
public record Dropout(float p, int site) {

    /** A place of a network that leaves values out with this probability. */
    public static Dropout of(Parameters parameters, double p) {
        return new Dropout((float) p, parameters.nextDropoutSite(p));
    }

    /** Whether it does anything on this tape. */
    public boolean drops(Tape tape) {
        return p > 0f && tape.drops();
    }

    /** {@code x [rows, columns]} without some of its values, the others made larger by as much. */
    public Variable forward(Tape tape, Variable x) {
        if (!drops(tape)) {
            return x;
        }
        Tensor y = tape.take(x.rows(), x.columns());
        drop(tape, x.value(), y);
        return tape.record(y, x.needsGradient(), dy -> backward(tape, x, dy));
    }

    /** The residual stream and what joins it: {@code residual + dropout(x)}, both {@code [rows, columns]}. */
    public Variable joined(Tape tape, Variable residual, Variable x) {
        int columns = x.columns();
        Tensor y = tape.take(x.rows(), columns);
        boolean drops = drops(tape);
        if (drops) {
            drop(tape, x.value(), y);
        }
        tape.overRows(x.rows(), columns, (from, to) -> {
            int offset = from * columns;
            int count = (to - from) * columns;
            if (!drops) {
                System.arraycopy(x.value().data(), offset, y.data(), offset, count);
            }
            tape.kernels().add(residual.value().data(), offset, y.data(), offset, count);
        });
        return tape.record(y, x.needsGradient() || residual.needsGradient(), dy -> {
            if (residual.needsGradient()) {
                Sums.addTo(tape, dy, residual.gradient());
            }
            if (x.needsGradient() && drops) {
                backward(tape, x, dy);
            } else if (x.needsGradient()) {
                Sums.addTo(tape, dy, x.gradient());
            }
        });
    }

    /** Overwrites {@code dy} where there is something to add to; nobody reads it after this. */
    private void backward(Tape tape, Variable x, Tensor dy) {
        Gradient gradient = x.gradient();
        if (gradient.isEmpty()) {
            gradient.joining();
            drop(tape, dy, gradient.tensor());
        } else {
            drop(tape, dy, dy);
            Sums.addTo(tape, dy, gradient);
        }
    }

    private void drop(Tape tape, Tensor x, Tensor out) {
        Draw draw = tape.draw(site);
        int columns = x.dimension(-1);
        int padded = Math.ceilDiv(columns, 32) * 32; // a row begins at a multiple of 32 places
        tape.overRows(x.size() / Math.max(1, columns), columns, (from, to) -> {
            for (int row = from; row < to; row++) {
                int at = row * columns;
                tape.kernels().dropout(draw, p, (long) row * padded, x.data(), at, columns, out.data(), at);
            }
        });
    }
}
