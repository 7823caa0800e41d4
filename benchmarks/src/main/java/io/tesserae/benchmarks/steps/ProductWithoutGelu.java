package io.tesserae.benchmarks.steps;

import io.tesserae.kernel.Epilogue;

/** What the other steps are compared with: no GELU at all. */
final class ProductWithoutGelu implements GeluStep {

    private final EngineProduct product;

    ProductWithoutGelu(ProductOperands operands) {
        product = new EngineProduct(operands, 1, Epilogue.NONE);
    }

    @Override
    public void run() {
        product.run();
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
