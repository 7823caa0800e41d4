package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is RoBERTa's own: its positions. Fixtures compare the rest. */
class RobertaTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures", "roberta");

    private static AutoModel model(String fixture) {
        return AutoModel.fromPretrained(ModelFiles.directory(Packed.checkpoint(FIXTURES.resolve(fixture))));
    }

    @Test
    void theRowsUpToThePaddingsIdAreNotOfTokens() {
        try (AutoModel usual = model("base");
                AutoModel other = model("other-size")) {
            assertEquals(24, usual.encoder().config().maxPositionEmbeddings());
            assertEquals(22, usual.encoder().maxLength());
            assertEquals(20, other.encoder().maxLength());
            int[] longest = new int[22];
            Arrays.fill(longest, 7);
            usual.forward(TokenBatch.of(longest), OutputOptions.RESULT_ONLY);
            TokenBatch longer = TokenBatch.of(Arrays.copyOf(longest, 23));
            Exception refusal = assertThrows(
                    IllegalArgumentException.class, () -> usual.forward(longer, OutputOptions.RESULT_ONLY));
            assertTrue(refusal.getMessage().contains("only 22 positions"), refusal.getMessage());
        }
    }

    /** Positions count ids that are not padding, masked ones too, and those are no longer known. */
    @Test
    void maskedTokensBeforeOthersAreRefused() {
        try (AutoModel model = model("base")) {
            TokenBatch batch =
                    TokenBatch.masked(new int[][] {{5, 6, 7}}, new int[][] {new int[3]}, new int[][] {{0, 1, 1}});
            Exception refusal =
                    assertThrows(IllegalArgumentException.class, () -> model.forward(batch, OutputOptions.RESULT_ONLY));
            assertTrue(refusal.getMessage().matches("sequence 0: .* pad on the right"), refusal.getMessage());
        }
    }

    /** A checkpoint of another head, without the pooler of the base model: what sentence encoders are made of. */
    @Test
    void aCheckpointWithoutAPoolerHasHiddenStatesAlone() {
        try (AutoModel model = model("masked")) {
            var output = model.forward(TokenBatch.of(new int[] {0, 5, 6, 2}), OutputOptions.RESULT_ONLY);
            assertTrue(output.poolerOutput().isEmpty());
            assertArrayEquals(new int[] {4, 15}, output.lastHiddenState().shape());
        }
    }
}
