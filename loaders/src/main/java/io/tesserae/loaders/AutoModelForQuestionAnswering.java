package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.QuestionAnswerer;
import io.tesserae.model.QuestionAnswererOutput;
import io.tesserae.model.TokenBatch;
import java.nio.file.Path;

/**
 * A model that marks answers in a text, of whatever family its checkpoint is: transformers' {@code
 * AutoModelForQuestionAnswering}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class AutoModelForQuestionAnswering extends Pretrained<QuestionAnswerer> {

    private AutoModelForQuestionAnswering(ModelFiles files, Engine engine) {
        super(Head.QUESTION_ANSWERING, files, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForQuestionAnswering fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForQuestionAnswering fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForQuestionAnswering fromPretrained(ModelFiles files, Engine engine) {
        return new AutoModelForQuestionAnswering(files, engine);
    }

    /** Scores every token of a batch as an answer's beginning and end; the result alone. */
    public QuestionAnswererOutput forward(TokenBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /**
     * Scores every token of a batch as an answer's beginning and end.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, or a sequence is too long for the model
     */
    public QuestionAnswererOutput forward(TokenBatch batch, OutputOptions options) {
        return model().forward(batch, options);
    }

    /** The model itself. */
    public QuestionAnswerer answerer() {
        return model();
    }
}
