package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is MPNet's own: its positions. Fixtures compare the rest. */
class MpnetTest {

    private static final Path BASE = Path.of("..", "testdata", "fixtures", "mpnet", "base");

    @Test
    void twoRowsOfPositionsAreNotOfTokens() {
        try (AutoModel model = AutoModel.fromPretrained(BASE)) {
            assertEquals(152, model.encoder().config().maxPositionEmbeddings());
            assertEquals(150, model.encoder().maxLength());
            int[] longest = new int[150];
            Arrays.fill(longest, 7);
            model.forward(TokenBatch.of(longest), OutputOptions.RESULT_ONLY);
            TokenBatch longer = TokenBatch.of(Arrays.copyOf(longest, 151));
            Exception refusal = assertThrows(
                    IllegalArgumentException.class, () -> model.forward(longer, OutputOptions.RESULT_ONLY));
            assertTrue(refusal.getMessage().contains("only 150 positions"), refusal.getMessage());
        }
    }

    /** Positions count ids that are not padding, masked ones too, and those are no longer known. */
    @Test
    void maskedTokensBeforeOthersAreRefused() {
        try (AutoModel model = AutoModel.fromPretrained(BASE)) {
            for (int[] mask : new int[][] {{0, 1, 1, 1}, {1, 1, 0, 1}}) {
                TokenBatch batch = TokenBatch.masked(
                        new int[][] {{5, 6, 7}, {5, 6, 7, 8}},
                        new int[][] {new int[3], new int[4]},
                        new int[][] {{1, 1, 0}, mask});
                Exception refusal = assertThrows(
                        IllegalArgumentException.class, () -> model.forward(batch, OutputOptions.RESULT_ONLY));
                assertTrue(refusal.getMessage().matches("sequence 1: .* pad on the right"), refusal.getMessage());
            }
        }
    }
}
