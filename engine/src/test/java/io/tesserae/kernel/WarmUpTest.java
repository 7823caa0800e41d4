package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.Tensor;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final String THREAD = "tesserae-warm-up";

    /** At every width that the build tries: what it multiplies fits whatever the tiles are. */
    @Test
    void endsInTimeWithTheKernelsOfThisMachine() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), WarmUp::forAWhile);
    }

    /** Before and after: the same answers, from other kernels. */
    @Test
    void vectorsTakeOverWhenTheyAreCompiled() {
        assertEquals(new VectorKernels().description(), new WarmingKernels().description());
        assertInstanceOf(ScalarKernels.class, new WarmingKernels().now());
        float[] before = twoProducts();
        assertTimeoutPreemptively(Duration.ofSeconds(60), WarmUp::untilCompiled);
        assertInstanceOf(VectorKernels.class, new WarmingKernels().now());
        assertArrayEquals(before, twoProducts());
    }

    private static float[] twoProducts() {
        int size = 64;
        Tensor x = Tensor.zeros(20, size);
        for (int i = 0; i < x.size(); i++) {
            x.data()[i] = (float) Math.sin(i);
        }
        Tensor weight = Tensor.zeros(size, size);
        for (int i = 0; i < weight.size(); i++) {
            weight.data()[i] = (float) Math.cos(i);
        }
        try (Engine engine = Engine.builder()
                        .kernels(new WarmingKernels())
                        .threads(2)
                        .build();
                Workspace workspace = engine.machine().workspace()) {
            WeightMatrix stored = WeightMatrix.load(
                    engine.machine(),
                    Precision.FLOAT32,
                    size,
                    size,
                    (row, count, destination) ->
                            System.arraycopy(weight.data(), row * size, destination, 0, count * size),
                    true);
            float[] bias = ParallelKernels.paddedBias(engine.machine(), size);
            float[] first = new float[x.size()];
            float[] second = new float[x.size()];
            MatrixView view = new MatrixView(x.data(), 0, size);
            multiply(workspace, view, stored, bias, new Epilogue.Activate(Activation.GELU), first);
            multiply(workspace, new MatrixView(first, 0, size), stored, bias, Epilogue.NONE, second);
            return second;
        }
    }

    private static void multiply(
            Workspace workspace, MatrixView x, WeightMatrix weight, float[] bias, Epilogue epilogue, float[] out) {
        int size = weight.outFeatures();
        MatrixView matrix = new MatrixView(out, 0, size);
        ParallelKernels.multiply(workspace, x, weight, bias, ProductExtent.whole(20, size), epilogue, matrix);
    }

    @Test
    void roundsWithoutVectorsEndByThemselves() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), WarmUp::withoutVectors);
    }

    @Test
    void nothingIsLeftRunningAfterALargeWeightIsPacked() throws InterruptedException {
        try (Engine engine = Engine.builder().threads(1).build()) {
            PackedMatrix.pack(engine.machine(), Precision.FLOAT16, 512, 1024, (row, count, destination) -> {});
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (isRunning() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertTrue(!isRunning(), "the thread " + THREAD + " still runs");
    }

    private static boolean isRunning() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(THREAD));
    }
}
