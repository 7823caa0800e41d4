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
 * A sequence classifier of whatever family its checkpoint is: transformers' {@code AutoModelForSequenceClassification}.
 *
 * <pre>{@code
 * Path checkpoint = Path.of("distilbert-base-uncased-finetuned-sst-2-english");
 * Tokenizer tokenizer = AutoTokenizer.fromPretrained(checkpoint);
 * try (var model = AutoModelForSequenceClassification.fromPretrained(checkpoint)) {
 *     Tensor logits = model.forward(TokenBatch.of(tokenizer.encode("So good!").inputIds())).logits();
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe. Open, it keeps the checkpoint's embedding table mapped.
 */
public final class AutoModelForSequenceClassification extends Pretrained<SequenceClassifier> {

    private AutoModelForSequenceClassification(ModelFiles files, Engine engine) {
        super(Head.SEQUENCE_CLASSIFICATION, files, engine);
    }

    /** Loads the checkpoint in a folder, with the process's {@linkplain Engine#shared() shared engine}. */
    public static AutoModelForSequenceClassification fromPretrained(Path directory) {
        return fromPretrained(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static AutoModelForSequenceClassification fromPretrained(ModelFiles files) {
        return fromPretrained(files, Engine.shared());
    }

    /**
     * Loads a checkpoint.
     *
     * @throws ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AutoModelForSequenceClassification fromPretrained(ModelFiles files, Engine engine) {
        return new AutoModelForSequenceClassification(files, engine);
    }

    /** Scores a batch; the logits alone. */
    public SequenceClassifierOutput forward(TokenBatch batch) {
        return forward(batch, OutputOptions.RESULT_ONLY);
    }

    /**
     * Scores a batch.
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
