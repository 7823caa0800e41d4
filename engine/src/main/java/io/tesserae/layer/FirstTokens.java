package io.tesserae.layer;

import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;

/** The first token of every sequence, {@code [CLS]}, whose hidden state stands for all of it. */
public final class FirstTokens {

    private FirstTokens() {}

    /**
     * Puts them together.
     *
     * @param sequenceStarts where each sequence begins, and where the last ends; none is empty
     * @param hiddenStates {@code [tokens, hidden]}
     * @return {@code [sequences, hidden]}, in the workspace's memory
     */
    public static Tensor gather(Workspace workspace, int[] sequenceStarts, Tensor hiddenStates) {
        int sequences = sequenceStarts.length - 1;
        int hidden = hiddenStates.dimension(1);
        Tensor first = workspace.tensor(Workspace.Use.FIRST_TOKENS, sequences, hidden);
        for (int s = 0; s < sequences; s++) {
            System.arraycopy(hiddenStates.data(), sequenceStarts[s] * hidden, first.data(), s * hidden, hidden);
        }
        return first;
    }
}
