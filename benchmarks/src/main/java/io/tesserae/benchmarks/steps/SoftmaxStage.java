package io.tesserae.benchmarks.steps;

import java.util.function.Function;

/** The steps of softmax, in order. */
public enum SoftmaxStage {
    MATH("1", "Math.exp, a division for each value", SoftmaxByMath::new),
    POLYNOMIAL("2", "own exponential, sixteen sums", SoftmaxByPolynomial::new),
    ALONG_ROWS("3", "vectors along the rows", SoftmaxAlongRows::new),
    DOWN_COLUMNS("4", "queries in the lanes, down the columns", SoftmaxDownColumns::new),
    WITHOUT_WAITING("5", "four maxima, the sums apart", SoftmaxWithoutWaiting::new);

    final String number;
    final String title;
    private final Function<SoftmaxOperands, SoftmaxStep> preparation;

    SoftmaxStage(String number, String title, Function<SoftmaxOperands, SoftmaxStep> preparation) {
        this.number = number;
        this.title = title;
        this.preparation = preparation;
    }

    /** The step with these operands, ready to be run. */
    SoftmaxStep prepare(SoftmaxOperands operands) {
        return preparation.apply(operands);
    }
}
