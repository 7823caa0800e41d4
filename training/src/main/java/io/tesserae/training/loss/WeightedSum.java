package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;

/**
 * Several losses as one: {@code Σ weight · loss}, in float64, in the order of the terms. A weighted loss's gradient is the gradient of the
 * sum times its weight.
 */
public final class WeightedSum {

    /**
     * One of the losses.
     *
     * @param weight finite
     * @param loss one value
     */
    public record Term(float weight, Variable loss) {

        /** Refuses what cannot be added. */
        public Term {
            if (!Float.isFinite(weight)) {
                throw new IllegalArgumentException("weight of a loss: expected a finite number, found " + weight);
            }
            if (loss.value().size() != 1) {
                throw new IllegalArgumentException("a loss is one value, found " + loss.value());
            }
        }
    }

    private WeightedSum() {}

    /**
     * The sum, one value.
     *
     * @param terms one at least
     * @throws IllegalArgumentException if there is none
     */
    public static Variable of(Tape tape, List<Term> terms) {
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("losses to add: expected one at least, found none");
        }
        double total = 0;
        for (Term term : terms) {
            total += (double) term.weight() * term.loss().value().data()[0];
        }
        Tensor sum = tape.take(1);
        sum.data()[0] = (float) total;
        boolean needsGradient = terms.stream().anyMatch(term -> term.loss().needsGradient());
        return tape.record(sum, needsGradient, gradient -> {
            for (Term term : terms) {
                if (term.loss().needsGradient()) {
                    term.loss().gradient().toAddTo().data()[0] += term.weight() * gradient.data()[0];
                }
            }
        });
    }
}
