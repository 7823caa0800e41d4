package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.kernel.Activation;
import io.tesserae.kernel.Engine;
import io.tesserae.model.DistilBertConfig;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import org.junit.jupiter.api.Test;

class AllocationTest {

    private static final int BOUND = 64 << 10;
    private static final long PATIENCE_SECONDS = 60;

    /** At a real model's width, where an array for every row would show: two layers of 256 tokens normalise 1,500 rows. */
    @Test
    void aCallInSteadyStateAllocatesLittleBesideItsResult() {
        DistilBertConfig config = new DistilBertConfig(2000, 512, 768, 2, 12, 3072, Activation.GELU);
        TokenBatch batch = TokenWorkload.of(4, 64).tokenBatch();
        try (Engine engine = Engine.builder().threads(2).build();
                var model = RandomDistilBert.load(engine, config)) {
            // Until the compiler is done every vector is an object, and how long that takes is the machine's business.
            long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000;
            double bytes;
            do {
                bytes = Allocation.bytesPerCall(
                        () -> model.forward(batch, OutputOptions.RESULT_ONLY).logits(), 20);
            } while (bytes > BOUND && System.nanoTime() < deadline);
            assertTrue(bytes <= BOUND, bytes + " bytes a call, expected at most " + BOUND);
        }
    }

    @Test
    void whatIsAllocatedIsCounted() {
        double bytes = Allocation.bytesPerCall(() -> new float[1 << 20], 10);
        assertEquals(4 << 20, bytes, 100_000);
    }
}
