package io.tesserae.benchmarks.steps;

import io.tesserae.kernel.Epilogue;

/** Step 1: the error function in float64. The JDK has none; this is Abramowitz and Stegun 7.1.26, whose error is at most 1.5e-7, with
 * {@link Math#exp}, of which the JDK promises an error bound and no bits. */
final class GeluByMath implements GeluStep {

    private final EngineProduct product;

    GeluByMath(ProductOperands operands) {
        product = new EngineProduct(operands, 1, Epilogue.NONE);
    }

    @Override
    public void run() {
        product.run();
        float[] values = product.result(); // [rows, outFeatures]
        for (int i = 0; i < values.length; i++) {
            values[i] = gelu(values[i]);
        }
    }

    static float gelu(float x) {
        return (float) (0.5 * x * (1 + errorFunction(x / Math.sqrt(2))));
    }

    private static double errorFunction(double x) {
        double t = 1 / (1 + 0.3275911 * Math.abs(x));
        double p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
        return Math.copySign(1 - p * Math.exp(-x * x), x);
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
