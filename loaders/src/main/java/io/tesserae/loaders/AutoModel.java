package io.tesserae.loaders;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.model.Encoder;
import io.tesserae.model.EncoderOutput;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import java.nio.file.Path;

/**
 * An encoder without a head that takes token ids, of whatever family its checkpoint is: transformers' {@code AutoModel}.
 * For pictures there is {@link AutoVisionModel}.
 *
 * <pre>{@code
 * try (AutoModel model = AutoModel.fromPretrained(Path.of("distilbert-base-uncased"))) {
 *     EncoderOutput output = model.forward(TokenBatch.of(tokenizer.encode("Hello!").inputIds()));
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class AutoModel extends Pretrained<Encoder> {

    private AutoModel(ModelFiles files, Engine engine) {
        super(Head.ENCODER, files, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModel fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModel fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModel fromPretrained(ModelFiles files, Engine engine) {
        return new AutoModel(files, engine);
    }

    /** Encodes a batch; the result alone. */
    public EncoderOutput forward(TokenBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /**
     * Encodes a batch.
     *
     * @throws IllegalArgumentException if an id is outside the vocabulary or a sequence is too long for the model
     */
    public EncoderOutput forward(TokenBatch batch, OutputOptions options) {
        return model().forward(batch, options);
    }

    /** The model itself. */
    public Encoder encoder() {
        return model();
    }
}
