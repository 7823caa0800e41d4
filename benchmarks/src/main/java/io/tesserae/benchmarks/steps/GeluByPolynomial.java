package io.tesserae.benchmarks.steps;

import io.tesserae.kernel.Epilogue;

/** Step 2: our own polynomial, a value at a time. Only multiply-adds, so the bits are the same on every machine; no division and no call. */
final class GeluByPolynomial implements GeluStep {

    private final EngineProduct product;

    GeluByPolynomial(ProductOperands operands) {
        product = new EngineProduct(operands, 1, Epilogue.NONE);
    }

    @Override
    public void run() {
        product.run();
        float[] values = product.result(); // [rows, outFeatures]
        for (int i = 0; i < values.length; i++) {
            values[i] = GeluPolynomial.gelu(values[i]);
        }
    }

    @Override
    public float[] result() {
        return product.result();
    }

    @Override
    public void close() {
        product.close();
    }
}
