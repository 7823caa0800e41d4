package io.tesserae.benchmarks.steps;

import io.tesserae.kernel.Epilogue;
import io.tesserae.tensor.Activation;

/** Step 4: as an epilogue of the product, on each tile right after its last multiply-add, while it is in the first-level cache. */
final class GeluInEpilogue implements GeluStep {

    private final EngineProduct product;

    GeluInEpilogue(ProductOperands operands) {
        product = new EngineProduct(operands, 1, new Epilogue.Activate(Activation.GELU));
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
