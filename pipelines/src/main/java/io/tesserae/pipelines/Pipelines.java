package io.tesserae.pipelines;

import io.tesserae.kernel.Engine;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.ModelFiles;
import java.nio.file.Path;

/**
 * Makes pipelines: {@code transformers.pipeline(task, model)}.
 *
 * <pre>{@code
 * try (var classifier = Pipelines.textClassification(Path.of("distilbert-base-uncased-finetuned-sst-2-english"))) {
 *     Classification answer = classifier.classify("The actors were very convincing.");
 * }
 * }</pre>
 */
public final class Pipelines {

    private Pipelines() {}

    /**
     * Text classification, also known as sentiment analysis, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TextClassificationPipeline textClassification(Path directory) {
        return textClassification(ModelFiles.directory(directory), Engine.shared());
    }

    /** Likewise with a checkpoint that lies elsewhere, or an engine of one's own. */
    public static TextClassificationPipeline textClassification(ModelFiles files, Engine engine) {
        // The tokenizer first: it is small, and what is wrong with it shows before the weights are read.
        var tokenizer = AutoTokenizer.fromPretrained(files);
        var model = AutoModelForSequenceClassification.fromPretrained(files, engine);
        try {
            return new TextClassificationPipeline(tokenizer, model, files.describe("config.json"));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }
}
