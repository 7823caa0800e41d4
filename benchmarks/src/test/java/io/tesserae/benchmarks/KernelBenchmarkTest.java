package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.distilbert.DistilBertConfig;
import io.tesserae.family.vit.VitConfig;
import io.tesserae.kernel.Kernels;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageGrid;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
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
        for (BlockSizes sizes : BlockSizes.values()) {
            var state = new KernelBenchmark.Attention();
            state.sizes = sizes;
            state.threads = 1 + sizes.ordinal();
            state.start();
            float[] result = BENCHMARK.attention(state, new KernelBenchmark.Counted());
            assertScalar(result, engine -> KernelRun.attention(engine, state.sizes, state.tokens));
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
    void kernelsOfABlockRunOneOnTheOther() {
        int[] sequenceStarts = {0, 2, 5};
        assertScalarBlock(
                (engine, activations) -> KernelRun.postNormBlock(engine, BlockSizes.BASE, sequenceStarts, activations));
        assertScalarBlock((engine, activations) -> KernelRun.preNormBlock(engine, sequenceStarts, activations));
        try (Engine engine = Engine.builder().threads(1).build()) {
            var activations = KernelRun.Activations.of(BlockSizes.BASE, 5);
            KernelRun attention =
                    KernelRun.preNormBlock(engine, sequenceStarts, activations).get(2);
            assertEquals(4 * (2 * 2 + 3 * 3) * 768, attention.operations());
        }
    }

    private static void assertScalarBlock(BiFunction<Engine, KernelRun.Activations, List<KernelRun>> block) {
        try (Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                Engine vector = Engine.builder().threads(2).build()) {
            var expected = KernelRun.Activations.of(BlockSizes.BASE, 5);
            var found = KernelRun.Activations.of(BlockSizes.BASE, 5);
            block.apply(scalar, expected).forEach(KernelRun::run);
            block.apply(vector, found).forEach(KernelRun::run);
            assertArrayEquals(expected.hiddenStates(), found.hiddenStates(), 0f);
            assertFalse(
                    Arrays.equals(KernelRun.Activations.of(BlockSizes.BASE, 5).hiddenStates(), found.hiddenStates()));
        }
    }

    @Test
    void aWholeModelRuns() throws Exception {
        var state = new ModelBenchmark.Model();
        state.threads = 2;
        state.load();
        Tensor logits = new ModelBenchmark().forward(state);
        assertArrayEquals(new int[] {1, 2}, logits.shape());
        assertTrue(Float.isFinite(logits.get(0, 0)) && logits.get(0, 0) != logits.get(0, 1));
        state.close();
        assertEquals(128, ModelBenchmark.SENTENCES.batch());
    }

    @Test
    void aSmallerModelRunsOnSentencesOfMixedLength() throws Exception {
        var state = new ModelBenchmark.Model();
        state.workload = "minilm sentences";
        state.load();
        Tensor logits = new ModelBenchmark().forward(state);
        int sentences = ModelBenchmark.SENTENCES.tokenBatches().getLast().sequences();
        assertArrayEquals(new int[] {sentences, 2}, logits.shape());
        state.close();
    }

    @Test
    void aWholeVisionModelRuns() throws Exception {
        var state = new ModelBenchmark.Model();
        state.workload = "1@224";
        state.threads = 2;
        state.load();
        Tensor logits = new ModelBenchmark().forward(state);
        assertArrayEquals(new int[] {1, 1000}, logits.shape());
        assertTrue(Float.isFinite(logits.get(0, 0)) && logits.get(0, 0) != logits.get(0, 1));
        state.close();
    }

    @Test
    void aRandomModelGivesTheSameBitsOnScalarKernels() {
        DistilBertConfig small = new DistilBertConfig(2000, 32, 48, 2, 3, 100, Activation.GELU);
        TokenBatch batch = new TokenWorkload(List.of(3, 17, 8)).tokenBatch();
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
    void aRandomVisionModelGivesTheSameBitsOnScalarKernels() {
        VitConfig small = new VitConfig(
                48, 2, 3, 100, Activation.GELU, 1e-12f, new ImageGrid(20, 20, 5, 5), 3, true, 48, Activation.TANH);
        ImageBatch batch = new ImageWorkload(3, 20).imageBatch();
        try (Engine scalar =
                        Engine.builder().kernels(Kernels.scalar()).threads(1).build();
                Engine vector = Engine.builder().threads(2).build();
                var expected = RandomVit.load(scalar, small);
                var found = RandomVit.load(vector, small)) {
            assertArrayEquals(
                    expected.forward(batch, OutputOptions.RESULT_ONLY, false)
                            .logits()
                            .toArray(),
                    found.forward(batch, OutputOptions.RESULT_ONLY, false)
                            .logits()
                            .toArray(),
                    0f);
        }
    }

    @Test
    void theBreakdownHasARowForEachKernelOfABlock() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            var activations = KernelRun.Activations.of(BlockSizes.BASE, 2);
            var blocks = List.of(KernelRun.preNormBlock(engine, new int[] {0, 1, 2}, activations));
            String table = KernelEfficiency.of(engine, 1, 0).breakdownTable(new ImageWorkload(2, 16), blocks, () -> {});
            assertTrue(table.startsWith("| kernel, 2@16 | ms |"), table);
            // Both layer norms are one row; then come everything else and the forward pass.
            assertEquals(2 + 6 + 2, table.lines().count(), table);
        }
    }

    @Test
    void theTablesHaveARowForEachKernel() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            KernelEfficiency efficiency = KernelEfficiency.of(engine, 1, 0);
            String kernels =
                    efficiency.kernelTable(new int[] {2}, new int[] {3}, new KernelEfficiency.OneHead(6, 1100, 5));
            assertEquals(
                    2 + KernelBenchmark.Shape.values().length + 2,
                    kernels.lines().count(),
                    kernels);
            assertTrue(kernels.contains("| 3072 → 768, residual | 2 | "), kernels);
            assertTrue(kernels.contains("| attention, one head, 1100 keys of 5 channels | 6 | "), kernels);
        }
    }

    @Test
    void aStepHasTheKernelsOfItsDecoder() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            var step = DecodingEfficiency.Decoder.BLIP.step(engine, BlockSizes.MINILM, 1, 3);
            assertEquals(7 + 3 + 1, step.size()); // of which three are self-attention of one sequence each
            MemoryBandwidth memory = new MemoryBandwidth(1, 1);
            List<String> row = DecodingEfficiency.row(DecodingEfficiency.Decoder.BLIP, 1, 3, step, memory, 1, 0);
            assertEquals(List.of("1", "3"), row.subList(1, 3));
        }
    }
}
