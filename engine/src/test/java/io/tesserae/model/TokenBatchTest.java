package io.tesserae.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is no batch is refused in words. */
class TokenBatchTest {

    @Test
    void aBatchNeedsASequence() {
        assertRefused("inputIds: a batch needs a sequence at least, found none", TokenBatch::of);
        assertRefused(
                "inputIds: a batch needs a sequence at least, found none",
                () -> TokenBatch.masked(new int[0][], new int[0][], new int[0][]));
        assertRefused(
                "inputIds: a batch needs a sequence at least, found none",
                () -> new TokenBatch(new int[0], new int[0], new int[0], new int[1]));
    }

    @Test
    void whatBelongsToASequenceIsAsLongAsIt() {
        int[][] ids = {{2, 3}, {2, 4, 3}};
        assertRefused(
                "attentionMask[1]: expected 3 values, one for each input id of the sequence, found 2",
                () -> TokenBatch.masked(ids, new int[][] {{0, 0}, {0, 0, 0}}, new int[][] {{1, 1}, {1, 1}}));
        assertRefused(
                "attentionMask[0]: expected 2 values, one for each input id of the sequence, found 3",
                () -> TokenBatch.masked(ids, new int[][] {{0, 0}, {0, 0, 0}}, new int[][] {{1, 1, 1}, {1, 1, 1}}));
        assertRefused(
                "tokenTypeIds: expected one for each of the 2 sequences, found 1",
                () -> TokenBatch.of(ids, new int[][] {{0, 0}}));
        assertRefused(
                "tokenTypeIds[0]: expected 2 values, one for each input id of the sequence, found 1",
                () -> TokenBatch.of(ids, new int[][] {{0}, {0, 0, 0}}));
    }

    @Test
    void nullIsNamed() {
        assertRefused("inputIds: expected a value, found null", () -> TokenBatch.of((int[][]) null));
        assertRefused("inputIds[1]: expected a value, found null", () -> TokenBatch.of(new int[] {2}, null));
        assertRefused(
                "attentionMask: expected a value, found null",
                () -> TokenBatch.masked(new int[][] {{2}}, new int[][] {{0}}, null));
    }

    @Test
    void paddingTakesWhatTheBatchHas() {
        TokenBatch batch = TokenBatch.of(new int[] {2, 3}, new int[] {2});
        assertRefused(
                "rows: expected the shape [3, features], a row for each token, found Tensor[2, 4]",
                () -> batch.pad(Tensor.zeros(2, 4), 2));
        assertRefused(
                "paddedLength: expected 2 or more, for the last token's position, found 1",
                () -> batch.pad(Tensor.zeros(3, 4), 1));
        assertRefused(
                "maps[1]: expected the shape [heads, 1, 1], with as many heads as the others, found Tensor[1, 2, 2]",
                () -> batch.padAttentions(List.of(Tensor.zeros(1, 2, 2), Tensor.zeros(1, 2, 2)), 2));
        assertEquals(12, batch.pad(Tensor.zeros(3, 3), 2).size());
        assertEquals(
                8,
                batch.padAttentions(Arrays.asList(Tensor.zeros(1, 2, 2), Tensor.zeros(1, 1, 1)), 2)
                        .size());
        assertThrows(IndexOutOfBoundsException.class, () -> batch.length(2));
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
