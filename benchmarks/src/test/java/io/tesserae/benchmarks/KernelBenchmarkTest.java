package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.kernel.Activation;
import io.tesserae.kernel.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.model.DistilBertConfig;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** That every benchmark runs, and that what it times is right: what is fast and wrong is not worth timing. */
class KernelBenchmarkTest {

    private static final KernelBenchmark BENCHMARK = new KernelBenchmark();

    @Test
    void productsRunAndAreThoseOfTheScalarKernels() {
        for (KernelBenchmark.Shape shape : KernelBenchmark.Shape.values()) {
            for (int rows : new int[] {1, 16}) {
                var state = new KernelBenchmark.Multiply();
                state.shape = shape;
                state.rows = rows;
                state.start();
                var counted = new KernelBenchmark.Counted();
                float[] result = BENCHMARK.multiply(state, counted);
                assertEquals(2e-9 * rows * shape.inFeatures * shape.outFeatures, counted.gigaflops, 1e-12);
                assertScalar(result, engine -> shape.run(engine, rows));
                state.stop();
            }
        }
    }

    @Test
    void attentionRunsAndIsThatOfTheScalarKernels() {
        for (int threads = 1; threads <= 2; threads++) {
            var state = new KernelBenchmark.Attention();
            state.threads = threads;
            state.start();
            float[] result = BENCHMARK.attention(state, new KernelBenchmark.Counted());
            assertScalar(result, engine -> KernelRun.attention(engine, state.tokens));
            state.stop();
        }
    }

    @Test
    void kernelsAlongRowsRunAndAreTheScalarKernels() {
        for (String kernel : new String[] {"layerNorm", "softmax", "gelu"}) {
            var state = new KernelBenchmark.AlongRows();
            state.kernel = kernel;
            state.start();
            float[] first = BENCHMARK.alongRows(state).clone();
            assertArrayEquals(first, BENCHMARK.alongRows(state), 0f, "a second run gives the same");
            assertScalar(first, state::prepare);
            state.stop();
        }
    }

    private static void assertScalar(float[] result, Function<Engine, KernelRun> prepare) {
        try (Engine scalar =
                Engine.builder().kernels(Kernels.scalar()).threads(1).build()) {
            KernelRun run = prepare.apply(scalar);
            run.run();
            assertArrayEquals(run.result(), result, 0f, run.name());
        }
    }

    @Test
    void aWholeModelRuns() {
        var state = new ModelBenchmark.Model();
        state.threads = 2;
        state.load();
        Tensor logits = new ModelBenchmark().forward(state);
        assertArrayEquals(new int[] {1, 2}, logits.shape());
        assertTrue(Float.isFinite(logits.get(0, 0)) && logits.get(0, 0) != logits.get(0, 1));
        state.close();
        assertEquals(128, ModelBenchmark.SENTENCES.batch());
        assertEquals(4300, ModelBenchmark.SENTENCES.tokens());
    }

    @Test
    void aRandomModelGivesTheSameBitsOnScalarKernels() {
        DistilBertConfig small = new DistilBertConfig(2000, 32, 48, 2, 3, 100, Activation.GELU);
        TokenBatch batch = Workload.parse("3+17+8").tokenBatch();
        try (Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                Engine vector = Engine.builder().threads(2).build();
                var expected = RandomDistilBert.load(scalar, small);
                var found = RandomDistilBert.load(vector, small)) {
            assertArrayEquals(
                    expected.forward(batch, OutputOptions.RESULT_ONLY).logits().toArray(),
                    found.forward(batch, OutputOptions.RESULT_ONLY).logits().toArray(),
                    0f);
        }
    }

    @Test
    void theTablesHaveARowForEachKernel() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            KernelEfficiency efficiency = KernelEfficiency.of(engine, 1, 0);
            String kernels = efficiency.kernelTable(new int[] {2}, new int[] {3});
            assertEquals(2 + 4 + 1, kernels.lines().count(), kernels);
            assertTrue(kernels.contains("| 3072 → 768, residual | 2 | "), kernels);
        }
    }
}
