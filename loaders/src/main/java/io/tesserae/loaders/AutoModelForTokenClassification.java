package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.TokenClassifier;
import io.tesserae.model.TokenClassifierOutput;
import java.nio.file.Path;

/**
 * A token classifier of whatever family its checkpoint is: transformers' {@code AutoModelForTokenClassification}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class AutoModelForTokenClassification extends Pretrained<TokenClassifier> {

    private AutoModelForTokenClassification(ModelFiles files, Engine engine) {
        super(Head.TOKEN_CLASSIFICATION, files, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForTokenClassification fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForTokenClassification fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForTokenClassification fromPretrained(ModelFiles files, Engine engine) {
        return new AutoModelForTokenClassification(files, engine);
    }

    /** Scores every token of a batch; the result alone. */
    public TokenClassifierOutput forward(TokenBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /**
     * Scores every token of a batch.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, or a sequence is too long for the model
     */
    public TokenClassifierOutput forward(TokenBatch batch, OutputOptions options) {
        return model().forward(batch, options);
    }

    /** The model itself. */
    public TokenClassifier classifier() {
        return model();
    }
}
