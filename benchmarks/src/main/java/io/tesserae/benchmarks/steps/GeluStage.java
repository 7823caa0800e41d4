package io.tesserae.benchmarks.steps;

import java.util.function.Function;

/** The steps of GELU, in order; the first is what they are compared with. */
public enum GeluStage {
    NONE("0", "no GELU", ProductWithoutGelu::new),
    MATH("1", "erf in float64, Math.exp", GeluByMath::new),
    POLYNOMIAL("2", "own polynomial, a value at a time", GeluByPolynomial::new),
    VECTORS("3", "the same on vectors, a pass of its own", GeluByVectors::new),
    EPILOGUE("4", "in the product's epilogue", GeluInEpilogue::new);

    final String number;
    final String title;
    private final Function<ProductOperands, GeluStep> preparation;

    GeluStage(String number, String title, Function<ProductOperands, GeluStep> preparation) {
        this.number = number;
        this.title = title;
        this.preparation = preparation;
    }

    /** The step with these operands, ready to be run. */
    GeluStep prepare(ProductOperands operands) {
        return preparation.apply(operands);
    }
}
