package io.tesserae.benchmarks.steps;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.PackedMatrix;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;

/** Steps 10 and 11: the engine's own product, on one thread and on all. */
final class EngineProduct implements ProductStep {

    private final Engine engine;
    private final ProductOperands operands;
    private final MatrixView x;
    private final PackedMatrix weight;
    private final float[] bias;
    private final Epilogue epilogue;
    private final float[] out; // [rows, outFeatures]

    EngineProduct(ProductOperands operands, int threads, Epilogue epilogue) {
        this.operands = operands;
        this.epilogue = epilogue;
        engine = Engine.builder().threads(threads).build();
        int inFeatures = operands.inFeatures();
        int outFeatures = operands.outFeatures();
        x = new MatrixView(operands.x(), 0, inFeatures);
        weight = PackedMatrix.pack(engine.machine(), Tensor.of(operands.weight(), outFeatures, inFeatures));
        bias = ParallelKernels.paddedBias(engine.machine(), outFeatures);
        System.arraycopy(operands.bias(), 0, bias, 0, outFeatures);
        out = new float[operands.rows() * outFeatures];
    }

    @Override
    public void run() {
        try (Workspace workspace = engine.machine().workspace()) {
            ParallelKernels.multiply(workspace, x, operands.rows(), weight, bias, epilogue, out);
        }
    }

    @Override
    public float[] result() {
        return out;
    }

    @Override
    public void close() {
        engine.close();
    }
}
