package io.tesserae.model;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;

/**
 * A model that marks where in a text an answer begins and ends: transformers' {@code BertForQuestionAnswering} and {@code
 * DistilBertForQuestionAnswering}; Devlin et al., arXiv 1810.04805, section 4.2. Immutable and thread-safe.
 */
public final class QuestionAnswerer implements AutoCloseable {

    private final TokenClassifier startAndEnd;

    private QuestionAnswerer(TokenClassifier startAndEnd) {
        this.startAndEnd = startAndEnd;
    }

    /**
     * Loads the model.
     *
     * @param source the checkpoint's tensors; the model reads embeddings from it for as long as it lives, and closes it
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static QuestionAnswerer load(Engine engine, EncoderConfig config, TensorSource source) {
        return new QuestionAnswerer(TokenClassifier.load(engine, config, "qa_outputs", 2, source));
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

    /** Lets go of the checkpoint's files. Calls that come later fail. */
    @Override
    public void close() {
        startAndEnd.close();
    }
}
