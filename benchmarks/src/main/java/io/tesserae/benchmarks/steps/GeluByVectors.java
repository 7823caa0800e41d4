package io.tesserae.benchmarks.steps;

import static io.tesserae.benchmarks.steps.Lanes.LANES;
import static io.tesserae.benchmarks.steps.Lanes.SPECIES;

import io.tesserae.kernel.Epilogue;
import jdk.incubator.vector.FloatVector;

/** Step 3: the same steps on whole vectors, in a pass of its own over the finished product. */
final class GeluByVectors implements GeluStep {

    private final EngineProduct product;

    GeluByVectors(ProductOperands operands) {
        product = new EngineProduct(operands, 1, Epilogue.NONE);
    }

    @Override
    public void run() {
        product.run();
        apply(product.result());
    }

    private static void apply(float[] values) {
        int whole = SPECIES.loopBound(values.length);
        for (int i = 0; i < whole; i += LANES) {
            GeluPolynomial.gelu(FloatVector.fromArray(SPECIES, values, i)).intoArray(values, i);
        }
        for (int i = whole; i < values.length; i++) {
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
