package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.distilbert.DistilBertConfig;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AllocationTest {

    private static final int BOUND = 64 << 10;
    private static final long PATIENCE_SECONDS = 60;

    /** At a real model's width, where an array for every row would show: two layers of 256 tokens normalise 1,500 rows. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void aCallInSteadyStateAllocatesLittleBesideItsResult(Precision weights) {
        DistilBertConfig config = new DistilBertConfig(2000, 512, 768, 2, 12, 3072, Activation.GELU);
        TokenBatch batch = TokenWorkload.of(4, 64).tokenBatch();
        try (Engine engine =
                        Engine.builder().threads(2).weightPrecision(weights).build();
                var model = RandomDistilBert.load(engine, config)) {
            assertAtMost(
                    BOUND, () -> model.forward(batch, OutputOptions.RESULT_ONLY).logits(), 20);
        }
    }

    /** Every token's embedding is read so: 8 x 128 tokens with an object each would be above the bound. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void aRowOfAStoredTableIsReadWithoutAnObject(DType dtype, @TempDir Path folder) throws IOException {
        int rows = 100;
        int columns = 768;
        Path path = folder.resolve("table.safetensors");
        int byteCount = rows * columns * dtype.bits() / Byte.SIZE;
        new SafetensorsWriter()
                .add("table", dtype, new long[] {rows, columns}, out -> out.write(new byte[byteCount]))
                .write(path);
        float[] row = new float[columns];
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertAtMost(
                    1,
                    () -> {
                        for (int i = 0; i < rows; i++) {
                            file.read("table", (long) i * columns, row, 0, columns);
                        }
                        return row;
                    },
                    1000);
        }
    }

    /** Until the compiler is done every vector is an object, and how long that takes is the machine's business. */
    private static void assertAtMost(int bound, Supplier<?> call, int calls) {
        long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000;
        double bytes;
        do {
            bytes = Allocation.bytesPerCall(call, calls);
        } while (bytes > bound && System.nanoTime() < deadline);
        assertTrue(bytes <= bound, bytes + " bytes a call, expected at most " + bound);
    }

    @Test
    void whatIsAllocatedIsCounted() {
        double bytes = Allocation.bytesPerCall(() -> new float[1 << 20], 10);
        assertEquals(4 << 20, bytes, 100_000);
    }
}
