package io.tesserae.training.data;

import io.tesserae.model.TokenBatch;
import java.util.List;

/**
 * Windows and where in them the answers are.
 *
 * @param tokens a sequence for each window
 * @param startPositions {@code [sequences]}, the answers' first tokens, as places in their sequences
 * @param endPositions {@code [sequences]}, the answers' last tokens, likewise
 */
public record AnswerBatch(TokenBatch tokens, int[] startPositions, int[] endPositions) {

    /** Windows as a batch, in their order. */
    public static AnswerBatch of(List<AnswerWindow> windows) {
        return new AnswerBatch(
                EncodedText.batch(windows.stream().map(AnswerWindow::text).toList()),
                windows.stream().mapToInt(AnswerWindow::startPosition).toArray(),
                windows.stream().mapToInt(AnswerWindow::endPosition).toArray());
    }
}
