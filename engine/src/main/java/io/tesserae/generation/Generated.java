package io.tesserae.generation;

import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What has been generated. Of prompt i, the n answers are the sequences i · n to i · n + n - 1; those of beam search from the best down.
 *
 * @param sequences {@code [prompts · n]}, each the prompt and its new tokens, without padding; an end token is the last
 * @param promptLengths {@code [prompts · n]}, how many tokens of each are the prompt
 * @param finishReasons {@code [prompts · n]}
 * @param sequencesScores {@code [prompts · n]}, of beam search: the sum of the logarithms of its tokens' probabilities, divided by the
 *     power of their number that {@code length_penalty} says; empty otherwise
 * @param beamIndices {@code [prompts · n]}, of beam search: for each new token the row, prompt · beams + beam, that it was chosen in; empty
 *     otherwise
 * @param scores for each row of the decoder, {@code [steps, vocabulary]}: what its token was chosen by, where {@code output_scores} asks for
 *     it; otherwise empty. Rows are sequences, in beam search prompt · beams + beam; a row has a step for every token until its end
 * @param logits the same before the rules, where {@code output_logits} asks for it
 * @param fill the id that {@link #padded} fills with; -1 where there is none
 */
public record Generated(
        int[][] sequences,
        int[] promptLengths,
        List<FinishReason> finishReasons,
        float[] sequencesScores,
        int[][] beamIndices,
        List<Tensor> scores,
        List<Tensor> logits,
        int fill) {

    /** The new tokens of one sequence, without its prompt. */
    public int[] newTokens(int row) {
        Objects.checkIndex(row, sequences.length);
        return Arrays.copyOfRange(sequences[row], promptLengths[row], sequences[row].length);
    }

    /**
     * The sequences as transformers gives them: filled on the right to the length of the longest. With what, depends: greedy search and sampling
     * fill with {@code pad_token_id}, and beam search with the first end token where {@code pad_token_id} is 0, which Python takes for false.
     */
    public int[][] padded() {
        int width = Arrays.stream(sequences).mapToInt(row -> row.length).max().orElse(0);
        int[][] padded = new int[sequences.length][];
        for (int row = 0; row < padded.length; row++) {
            padded[row] = Arrays.copyOf(sequences[row], width);
            Arrays.fill(padded[row], sequences[row].length, width, fill);
        }
        return padded;
    }
}
