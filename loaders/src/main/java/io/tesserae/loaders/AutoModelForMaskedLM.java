package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.MaskedLanguageModelOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import java.nio.file.Path;

/**
 * A masked language model of whatever family its checkpoint is: transformers' {@code AutoModelForMaskedLM}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class AutoModelForMaskedLM extends Pretrained<MaskedLanguageModel> {

    private AutoModelForMaskedLM(ModelFiles files, Engine engine) {
        super(Head.MASKED_LM, files, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForMaskedLM fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForMaskedLM fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForMaskedLM fromPretrained(ModelFiles files, Engine engine) {
        return new AutoModelForMaskedLM(files, engine);
    }

    /** Scores the whole vocabulary at every token of a batch; the result alone. */
    public MaskedLanguageModelOutput forward(TokenBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /**
     * Scores the whole vocabulary at every token of a batch.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, or a sequence is too long for the model
     */
    public MaskedLanguageModelOutput forward(TokenBatch batch, OutputOptions options) {
        return model().forward(batch, options);
    }

    /**
     * Scores the whole vocabulary at some tokens: those that are masked, say.
     *
     * @param tokens each an index into the tokens of the batch
     * @throws IllegalArgumentException if an id is outside the vocabulary, or a sequence is too long for the model
     */
    public MaskedLanguageModelOutput forward(TokenBatch batch, int[] tokens) {
        return model().forward(batch, tokens, OutputOptions.RESULT_ONLY);
    }

    /** The model itself. */
    public MaskedLanguageModel languageModel() {
        return model();
    }
}
