package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.Normalize;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * How far the cosines of pairs are from scores that people gave: sentence-transformers' {@code CosineSimilarityLoss}; Reimers and Gurevych,
 * arXiv 1908.10084, section 3.
 *
 * <pre>
 * cosine of a pair = Σ first / |first| · second / |second|
 * loss             = mean of (cosine − score)²      over the pairs
 * </pre>
 *
 * <p>A vector of zeros has the cosine 0 with any other, as in the reference.
 */
public final class CosineSimilarityLoss {

    private CosineSimilarityLoss() {}

    /**
     * The loss, one value; NaN where there are no pairs.
     *
     * @param first {@code [pairs, hidden]}
     * @param second {@code [pairs, hidden]}
     * @param scores {@code [pairs]}, finite; cosines go from -1 to 1
     * @throws IllegalArgumentException if shapes do not agree, or a score is not finite
     */
    public static Variable of(Tape tape, Variable first, Variable second, float[] scores) {
        if (first.rows() != second.rows() || first.columns() != second.columns()) {
            throw new IllegalArgumentException(
                    "pairs: expected vectors of one shape, found " + first.value() + " and " + second.value());
        }
        Variable cosines = dots(tape, Normalize.forward(tape, first), Normalize.forward(tape, second));
        return MeanSquaredError.of(tape, cosines, scores);
    }

    /** The dot product of each row with its like: {@code [rows]}. */
    private static Variable dots(Tape tape, Variable a, Variable b) {
        int columns = a.columns();
        Tensor dots = tape.take(a.rows());
        for (int row = 0; row < a.rows(); row++) {
            int offset = row * columns;
            dots.data()[row] =
                    tape.kernels().dot(a.value().data(), offset, b.value().data(), offset, columns);
        }
        return tape.record(dots, a.needsGradient() || b.needsGradient(), gradient -> {
            if (a.needsGradient()) {
                addRows(gradient, b, a.gradient().toAddTo());
            }
            if (b.needsGradient()) {
                addRows(gradient, a, b.gradient().toAddTo());
            }
        });
    }

    private static void addRows(Tensor gradient, Variable other, Tensor sum) {
        int columns = other.columns();
        for (int i = 0; i < sum.size(); i++) {
            sum.data()[i] = Math.fma(gradient.data()[i / columns], other.value().data()[i], sum.data()[i]);
        }
    }
}
