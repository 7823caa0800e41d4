package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Attention whose projections are on the side of the queries, beside attention as it is written. */
class FoldedAttentionTest {

    private static final int WIDTH = 10;
    private static final int MEMORY_WIDTH = 13;
    private static final AttentionShape SHAPE = new AttentionShape(1, 1, 14, 17, 0.25f);
    private static final int[] STARTS = {0, 3, 8};
    private static final int[] MEMORY_STARTS = {0, 1_500, 1_507};

    private final TensorsInMemory tensors = new TensorsInMemory()
            .with("q.weight", random(1, 14, WIDTH))
            .with("q.bias", random(2, 14))
            .with("k.weight", random(3, 14, MEMORY_WIDTH))
            .with("k.bias", random(4, 14))
            .with("v.weight", random(5, 17, MEMORY_WIDTH))
            .with("v.bias", random(6, 17))
            .with("o.weight", random(7, WIDTH, 17))
            .with("o.bias", random(8, WIDTH));

    /** Up to rounding: results, and how much each row of the memory is read. */
    @Test
    void itIsAttention() {
        float[][] plain = {new float[3 * 1_500], new float[5 * 7]};
        float[][] folded = {new float[3 * 1_500], new float[5 * 7]};
        float[] expected = out(false, new AttentionMaps(plain), 1);
        assertArrayEquals(expected, out(true, new AttentionMaps(folded), 1), 2e-6f * greatest(expected));
        assertArrayEquals(plain[0], folded[0], 2e-6f);
        assertArrayEquals(plain[1], folded[1], 2e-6f);
    }

    @Test
    void threadsMoveNoBit() {
        assertArrayEquals(out(true, AttentionMaps.NONE, 1), out(true, AttentionMaps.NONE, 3));
    }

    /** Every weight is asked for, the keys' bias too, so that none is unexpected and none is missing. */
    @Test
    void everyWeightIsAskedFor() {
        StateDict weights = StateDict.of(tensors, "");
        try (Engine engine = Engine.builder().threads(1).build()) {
            FoldedAttention.load(engine, SHAPE, WIDTH, MEMORY_WIDTH, weights(weights));
        }
        weights.requireAllUsed(_ -> false);
    }

    @Test
    void itPaysForOneHeadOfANarrowMemory() {
        assertTrue(FoldedAttention.pays(SHAPE, MEMORY_WIDTH));
        assertTrue(FoldedAttention.pays(SHAPE, 15));
        assertFalse(FoldedAttention.pays(SHAPE, 16));
        assertFalse(FoldedAttention.pays(AttentionShape.of(2, 14), 7));
        StateDict weights = StateDict.of(tensors, "");
        try (Engine engine = Engine.builder().threads(1).build()) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> FoldedAttention.load(engine, AttentionShape.of(2, 7), WIDTH, MEMORY_WIDTH, weights(weights)));
        }
    }

    private float[] out(boolean folded, AttentionMaps maps, int threads) {
        Ragged queries = new Ragged(random(9, 8, WIDTH), STARTS);
        Ragged memory = new Ragged(random(10, 1_507, MEMORY_WIDTH), MEMORY_STARTS);
        Tensor out = Tensor.zeros(8, WIDTH);
        try (Engine engine = Engine.builder().threads(threads).build();
                Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            AttentionWeights weights = weights(StateDict.of(tensors, ""));
            MemoryAttention attention = folded
                    ? FoldedAttention.load(engine, SHAPE, WIDTH, MEMORY_WIDTH, weights)
                    : Attention.loadApart(engine, SHAPE, WIDTH, MEMORY_WIDTH, weights);
            assertEquals(1, attention.shape().heads());
            var remembered = attention.remember(frame, memory);
            Epilogue join = new Epilogue.AddResidual(queries.rows().data());
            attention.forward(workspace, queries, remembered, AttentionOptions.recording(maps), join, out);
        }
        return out.data();
    }

    private static AttentionWeights weights(StateDict weights) {
        return AttentionWeights.biased(weights.at("q"), weights.at("k"), weights.at("v"), weights.at("o"));
    }

    private static float greatest(float[] values) {
        float greatest = 1;
        for (float value : values) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        return greatest;
    }

    private static Tensor random(long seed, int... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextDouble(-1, 1);
        }
        return tensor;
    }
}
