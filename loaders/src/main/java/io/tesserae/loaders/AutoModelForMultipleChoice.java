package io.tesserae.loaders;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.SequenceClassifierOutput;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;

/**
 * A model that picks one of several answers, of whatever family its checkpoint is: transformers' {@code
 * AutoModelForMultipleChoice}. It is a classifier with one label, which scores how well a choice fits its prompt.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class AutoModelForMultipleChoice extends Pretrained<SequenceClassifier> {

    private AutoModelForMultipleChoice(ModelFiles files, Engine engine) {
        super(Head.MULTIPLE_CHOICE, files, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForMultipleChoice fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForMultipleChoice fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForMultipleChoice fromPretrained(ModelFiles files, Engine engine) {
        return new AutoModelForMultipleChoice(files, engine);
    }

    /**
     * Scores the choices of every question.
     *
     * @param batch the prompt and each choice as a pair: the choices of the first question, then those of the second
     * @param choices of each question
     * @return logits {@code [questions, choices]}
     * @throws IllegalArgumentException if the batch is no whole number of questions, an id is outside the vocabulary, a
     *     sequence is too long for the model, or its first token is masked
     */
    public Tensor forward(TokenBatch batch, int choices) {
        return logits(forward(batch, choices, OutputOptions.RESULT_ONLY), choices);
    }

    /** Likewise with more than the result: logits {@code [questions · choices, 1]}, see {@link #logits}. */
    public SequenceClassifierOutput forward(TokenBatch batch, int choices, OutputOptions options) {
        Arguments.require(batch, "batch");
        if (choices < 1 || batch.sequences() % choices != 0) {
            throw new IllegalArgumentException("a batch of " + batch.sequences()
                    + " sequences does not hold questions of " + choices + " choices");
        }
        return model().forward(batch, options);
    }

    /** The logits of a result as {@code [questions, choices]}. */
    public static Tensor logits(SequenceClassifierOutput output, int choices) {
        Arguments.require(output, "output");
        if (choices < 1) {
            throw new IllegalArgumentException("choices: expected 1 or more, found " + choices);
        }
        return output.logits().reshape(output.batch().sequences() / choices, choices);
    }

    /** The model itself. */
    public SequenceClassifier classifier() {
        return model();
    }
}
