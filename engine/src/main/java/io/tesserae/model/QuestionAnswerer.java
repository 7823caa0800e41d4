package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;

/**
 * A model that marks where in a text an answer begins and ends: transformers' {@code BertForQuestionAnswering} and its like;
 * Devlin et al., arXiv 1810.04805, section 4.2. Immutable and thread-safe.
 */
public final class QuestionAnswerer implements Model {

    private final TokenClassifier startAndEnd;

    /**
     * Puts a model together.
     *
     * @param startAndEnd a classifier of tokens with two labels: an answer begins here, and ends here
     */
    public QuestionAnswerer(TokenClassifier startAndEnd) {
        if (Arguments.require(startAndEnd, "startAndEnd").labels() != 2) {
            throw new IllegalArgumentException("startAndEnd: expected two labels, found " + startAndEnd.labels());
        }
        this.startAndEnd = startAndEnd;
    }

    /**
     * Scores every token of a batch as a beginning and as an end.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     */
    public QuestionAnswererOutput forward(TokenBatch batch, OutputOptions options) {
        TokenClassifierOutput output = startAndEnd.forward(batch, options);
        Tensor startLogits = Tensor.zeros(batch.tokens());
        Tensor endLogits = Tensor.zeros(batch.tokens());
        for (int token = 0; token < batch.tokens(); token++) {
            startLogits.data()[token] = output.logits().data()[2 * token];
            endLogits.data()[token] = output.logits().data()[2 * token + 1];
        }
        return new QuestionAnswererOutput(batch, startLogits, endLogits, output.hiddenStates(), output.attentions());
    }

    /** The encoder below the head. */
    public Encoder encoder() {
        return startAndEnd.encoder();
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return encoder().toString();
    }

    @Override
    public void close() {
        startAndEnd.close();
    }
}
