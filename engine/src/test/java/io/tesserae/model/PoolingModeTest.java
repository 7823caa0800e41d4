package io.tesserae.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PoolingModeTest {

    /** Three tokens of two channels, by hand. */
    @Test
    void everyModeOfThreeTokens() {
        Tensor hiddenStates = Tensor.of(new float[] {1, -2, 3, 4, 8, -32}, 3, 2);
        assertPooled(hiddenStates, PoolingMode.CLS, 0, 1, -2);
        assertPooled(hiddenStates, PoolingMode.MAX, 0, 8, 4);
        assertPooled(hiddenStates, PoolingMode.MEAN, 0, 4, -10);
        assertPooled(hiddenStates, PoolingMode.MEAN_SQRT_LEN_TOKENS, 0, (float) (12 / Math.sqrt(3)), (float)
                (-30 / Math.sqrt(3)));
        assertPooled(hiddenStates, PoolingMode.WEIGHTED_MEAN, 0, (1 + 6 + 24) / 6f, (-2 + 8 - 96) / 6f);
        assertPooled(hiddenStates, PoolingMode.LAST_TOKEN, 0, 8, -32);
    }

    /** Without the first token; the weights are those of the places in the whole sequence. */
    @Test
    void everyModeWithoutAPrompt() {
        Tensor hiddenStates = Tensor.of(new float[] {100, -2, 3, 4, 8, -32}, 3, 2);
        assertPooled(hiddenStates, PoolingMode.CLS, 1, 3, 4);
        assertPooled(hiddenStates, PoolingMode.MAX, 1, 8, 4);
        assertPooled(hiddenStates, PoolingMode.MEAN, 1, 5.5f, -14);
        assertPooled(hiddenStates, PoolingMode.WEIGHTED_MEAN, 1, (6 + 24) / 5f, (8 - 96) / 5f);
        assertPooled(hiddenStates, PoolingMode.LAST_TOKEN, 1, 8, -32);
    }

    private static void assertPooled(Tensor hiddenStates, PoolingMode mode, int promptTokens, float... expected) {
        TokenBatch batch = TokenBatch.of(new int[] {1, 2, 3});
        assertArrayEquals(
                expected,
                PoolingMode.pool(List.of(mode), batch, hiddenStates, promptTokens)
                        .toArray(),
                mode.toString());
    }

    /** As in a padded batch: who is masked is not there, and the others keep their places and so their weights. */
    @Test
    void weightsAreThoseOfThePaddedPlaces() {
        TokenBatch batch = TokenBatch.masked(new int[][] {{1, 2, 3}}, new int[][] {{0, 0, 0}}, new int[][] {{1, 0, 1}});
        Tensor hiddenStates = Tensor.of(new float[] {1, 5}, 2, 1);
        assertArrayEquals(
                new float[] {4},
                PoolingMode.pool(List.of(PoolingMode.WEIGHTED_MEAN), batch, hiddenStates, 0)
                        .toArray());
    }

    /** Any lengths together: each sequence is pooled as if it were alone, to the last bit, and modes stand side by side. */
    @Property(tries = 100)
    void aBatchIsItsSequences(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 40) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 70) int hidden,
            @ForAll @Size(min = 1, max = 7) List<PoolingMode> modes,
            @ForAll long seed) {
        int[][] ids = lengths.stream().map(int[]::new).toArray(int[][]::new);
        TokenBatch batch = TokenBatch.of(ids);
        Tensor hiddenStates = Tensor.zeros(batch.tokens(), hidden);
        Random random = new Random(seed);
        for (int i = 0; i < hiddenStates.size(); i++) {
            hiddenStates.data()[i] = (float) random.nextGaussian();
        }
        float[] together = PoolingMode.pool(modes, batch, hiddenStates, 0).toArray();
        assertEquals(lengths.size() * modes.size() * hidden, together.length);
        for (int s = 0; s < ids.length; s++) {
            int first = batch.sequenceStarts()[s];
            Tensor own = Tensor.of(
                    Arrays.copyOfRange(hiddenStates.data(), first * hidden, (first + ids[s].length) * hidden),
                    ids[s].length,
                    hidden);
            for (int m = 0; m < modes.size(); m++) {
                int at = (s * modes.size() + m) * hidden;
                assertArrayEquals(
                        PoolingMode.pool(List.of(modes.get(m)), TokenBatch.of(ids[s]), own, 0)
                                .toArray(),
                        Arrays.copyOfRange(together, at, at + hidden));
            }
        }
    }

    @Test
    void nothingToPoolIsRefused() {
        TokenBatch batch = TokenBatch.of(new int[] {1, 2}, new int[] {3});
        Tensor hiddenStates = Tensor.zeros(3, 2);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> PoolingMode.pool(List.of(PoolingMode.MEAN), batch, hiddenStates, 1));
        assertTrue(e.getMessage().contains("sequence 1 has 1 tokens"), e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> PoolingMode.pool(
                        List.of(PoolingMode.LAST_TOKEN), TokenBatch.of(new int[0]), Tensor.zeros(0, 2), 0));
    }

    @Test
    void namesAreThoseOfConfigurations() {
        for (PoolingMode mode : PoolingMode.values()) {
            assertEquals(mode, PoolingMode.named(mode.configName()));
        }
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> PoolingMode.named("median"));
        assertTrue(e.getMessage().contains("cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken"));
    }
}
