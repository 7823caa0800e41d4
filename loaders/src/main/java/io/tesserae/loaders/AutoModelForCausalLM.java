package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.CausalLanguageModel;
import io.tesserae.model.DecoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import java.nio.file.Path;

/**
 * A model that continues texts, of whatever family its checkpoint is: transformers' {@code AutoModelForCausalLM}.
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped. To let it write, see
 * {@link CausalLanguageModel#newState} and {@code io.tesserae.generation.Generator}.
 */
public final class AutoModelForCausalLM extends Pretrained<CausalLanguageModel> {

    private AutoModelForCausalLM(Checkpoint checkpoint, Engine engine) {
        super(Head.CAUSAL_LM, checkpoint, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForCausalLM fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForCausalLM fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForCausalLM fromPretrained(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return fromPretrained(checkpoint, engine);
        }
    }

    /**
     * Loads a checkpoint of which other parts are loaded too, as its tokenizer: config.json is read once for all.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForCausalLM fromPretrained(Checkpoint checkpoint, Engine engine) {
        return new AutoModelForCausalLM(checkpoint, engine);
    }

    /** Scores what comes next at every token of a batch; the logits alone. */
    public DecoderOutput forward(TokenBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /**
     * Scores what comes next at every token of a batch.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary, or a sequence is longer than there are positions for
     */
    public DecoderOutput forward(TokenBatch batch, OutputOptions options) {
        return model().forward(batch, options);
    }

    /** The model itself. */
    public CausalLanguageModel languageModel() {
        return model();
    }
}
