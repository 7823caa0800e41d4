package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.distilbert.DistilBertConfig;
import io.tesserae.tensor.Activation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RooflineTest {

    private static Roofline.Result result(double operations, double bytes) {
        return new Roofline.Result(
                "m",
                1,
                "1x16",
                "k",
                operations,
                bytes,
                List.of(new Roofline.Round(2, 100, 10), new Roofline.Round(4, 50, 5), new Roofline.Round(2, 100, 10)));
    }

    @Test
    void sharesAreFormedWithinARound() {
        Roofline.Result arithmetic = result(1e8, 1e6);
        assertEquals(50, arithmetic.gigaflops(), 1e-9);
        assertEquals(0.5, arithmetic.shareOfPeak(), 1e-9);
        assertEquals(0.5, arithmetic.gigabytes(), 1e-9);
        assertEquals(0.05, arithmetic.shareOfBandwidth(), 1e-9);
        assertFalse(arithmetic.isBoundByMemory());
        assertTrue(result(1e6, 1e7).isBoundByMemory());
        assertTrue(result(0, 1e3).isBoundByMemory(), "what has no arithmetic");
        assertEquals(
                "| 1 | m | 1x16 | k | 2000 | 50 | 50 % | 1.0 | 0.5 | 5 % | arithmetic |",
                Roofline.kernelTable(List.of(arithmetic)).lines().toList().getLast());
    }

    /** Counted by hand: width 2, feed-forward 4, two layers, two sequences of 1 and 3 tokens, two labels. */
    @Test
    void whatTheLastLayerLeavesOutIsNotCounted() {
        DistilBertConfig config = new DistilBertConfig(9, 9, 2, 2, 1, 4, Activation.GELU);
        double layer = 4 * (12 + 4 + 16) + 2 * (1 + 9) * 2;
        double lastLayer = (2 * 4 + 2) * 4 + 2 * (1 + 3) * 2 + 2 * (4 + 16);
        double head = 2 * (4 + 4);
        assertEquals(2 * (layer + lastLayer + head), Roofline.operations(config, 2, List.of(1, 3)));
    }

    @Test
    void bytesAreWeightsAndActivationsOnce() {
        try (Engine engine = Engine.builder().threads(1).build()) {
            KernelRun residual = KernelRun.multiply(engine, 2, 3, 5, KernelRun.After.RESIDUAL);
            assertEquals(4 * (3 * 5 + 5 + 2 * (3 + 5 + 5)), residual.bytes());
            assertEquals(
                    4 * 4 * 7 * 384,
                    KernelRun.attention(engine, BlockSizes.MINILM, 7).bytes());
            assertEquals(
                    4 * 2 * (7 + 1) * 384, KernelRun.layerNorm(engine, 7, 384).bytes());
        }
    }

    @Test
    void everyKernelOfALayerHasItsResult() {
        try (Engine engine = Engine.builder().threads(2).build()) {
            Roofline roofline = new Roofline(engine, 1, 1, 0, 0);
            List<Roofline.Result> results = roofline.kernels(BlockSizes.MINILM, TokenWorkload.of(2, 3));
            assertEquals(
                    List.of(
                            "384 → 1152",
                            "attention",
                            "384 → 384, residual",
                            "layer norm",
                            "384 → 1536, GELU",
                            "1536 → 384, residual"),
                    results.stream().map(Roofline.Result::kernel).toList());
            assertEquals(6 * 2.0 * 6 * 384 * 1152, results.getFirst().operations(), "of all six layers");
            assertTrue(results.stream().allMatch(result -> result.milliseconds() > 0 && result.isKernel()));
        }
    }

    @Test
    void theBandwidthProbeReadsEverything() {
        for (int length : new int[] {0, 1, 127, 128, 1000, 1 << 16}) {
            float[] ones = new float[length];
            Arrays.fill(ones, 1);
            assertEquals(length, MemoryBandwidth.sum(ones));
        }
        assertTrue(new MemoryBandwidth(2, 1).gigabytes(0.01) > 0);
        assertTrue(FmaPeak.gigaflops(2, 0.01) > 0);
        assertEquals(3, AtOnce.sum(3, thread -> thread));
        assertThrows(IllegalStateException.class, () -> AtOnce.sum(2, thread -> 1 / thread));
    }

    @Test
    void theAllocationProbeSeesWhatACallAllocates() {
        double bytes = Allocation.bytesPerCall(() -> new byte[100_000], 10);
        assertTrue(bytes >= 100_000 && bytes < 200_000, () -> "found " + bytes);
        assertEquals(
                "| 2 | 1x16 | 1,024 | 24 | 1,000 |",
                Allocation.table(List.of(new Allocation.Result(2, "1x16", 1024, 24)))
                        .lines()
                        .toList()
                        .getLast());
    }
}
