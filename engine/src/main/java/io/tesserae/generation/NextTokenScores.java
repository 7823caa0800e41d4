package io.tesserae.generation;

import io.tesserae.generation.logits.LogitsProcessor;
import io.tesserae.generation.logits.Softmax;
import io.tesserae.generation.logits.TokenHistory;
import io.tesserae.tensor.Tensor;
import java.util.List;

/** From a row of logits to the scores that a token is chosen by. */
final class NextTokenScores {

    private final List<LogitsProcessor> processors;
    private final boolean asLogarithms;
    private final boolean allowsInvalid;
    private final float[] scores;
    private final StepRecorder recordedLogits;
    private final StepRecorder recordedScores;

    /**
     * @param rows of the decoder, at most
     * @param asLogarithms whether rules see logarithms of probabilities: in beam search
     */
    NextTokenScores(GenerationConfig config, int vocabularySize, int rows, boolean asLogarithms) {
        this.processors = ProcessorList.of(config, vocabularySize);
        this.asLogarithms = asLogarithms;
        this.allowsInvalid = config.get(GenerationOption.REMOVE_INVALID_VALUES);
        this.scores = new float[vocabularySize];
        this.recordedLogits = new StepRecorder(config.get(GenerationOption.OUTPUT_LOGITS) ? rows : 0, vocabularySize);
        this.recordedScores = new StepRecorder(config.get(GenerationOption.OUTPUT_SCORES) ? rows : 0, vocabularySize);
    }

    /**
     * @param logits {@code [sequences, vocabulary]}
     * @param sequence which of them
     * @param row under which the step is recorded
     * @return {@code [vocabulary]}, good until the next call
     * @throws IllegalArgumentException if a logit is NaN or infinite, and the configuration does not have it replaced
     */
    float[] of(Tensor logits, int sequence, int row, TokenHistory history) {
        System.arraycopy(logits.data(), sequence * scores.length, scores, 0, scores.length);
        recordedLogits.record(row, scores);
        if (!allowsInvalid) {
            requireNumbers(row, history);
        }
        if (asLogarithms) {
            Softmax.logarithms(scores);
        }
        for (LogitsProcessor processor : processors) {
            processor.process(history, scores);
        }
        recordedScores.record(row, scores);
        return scores;
    }

    private void requireNumbers(int row, TokenHistory history) {
        for (int token = 0; token < scores.length; token++) {
            if (!(scores[token] <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "row " + row + ", token " + history.length() + ": the model's logit of id " + token + " is "
                                + scores[token] + "; remove_invalid_values would replace it");
            }
        }
    }

    List<Tensor> logits() {
        return recordedLogits.tensors();
    }

    List<Tensor> scores() {
        return recordedScores.tensors();
    }

    /** What to say where the rules leave nothing to choose from. */
    static IllegalArgumentException nothingLeft(int row, TokenHistory history, boolean isForbidden) {
        return new IllegalArgumentException("row " + row + ", token " + history.length()
                + ": the rules of the generation configuration "
                + (isForbidden ? "forbid every token" : "make scores larger than float32 holds"));
    }
}
