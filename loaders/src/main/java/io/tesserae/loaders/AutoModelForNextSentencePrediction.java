package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.SequenceClassifierOutput;
import io.tesserae.model.TokenBatch;
import java.nio.file.Path;

/**
 * A model that tells whether the second text of a pair follows the first: transformers' {@code
 * AutoModelForNextSentencePrediction}. Label 0 says that it does. BERT alone was trained for that.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class AutoModelForNextSentencePrediction extends Pretrained<SequenceClassifier> {

    private AutoModelForNextSentencePrediction(ModelFiles files, Engine engine) {
        super(Head.NEXT_SENTENCE_PREDICTION, files, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForNextSentencePrediction fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForNextSentencePrediction fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForNextSentencePrediction fromPretrained(ModelFiles files, Engine engine) {
        return new AutoModelForNextSentencePrediction(files, engine);
    }

    /** Scores every pair of a batch; the result alone. */
    public SequenceClassifierOutput forward(TokenBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /**
     * Scores every pair of a batch.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, a sequence is too long for the model, or its
     *     first token is masked
     */
    public SequenceClassifierOutput forward(TokenBatch batch, OutputOptions options) {
        return model().forward(batch, options);
    }

    /** The model itself. */
    public SequenceClassifier classifier() {
        return model();
    }
}
