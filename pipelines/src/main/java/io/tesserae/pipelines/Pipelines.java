package io.tesserae.pipelines;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForMaskedLM;
import io.tesserae.loaders.AutoModelForQuestionAnswering;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoModelForTokenClassification;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.ModelFiles;
import io.tesserae.loaders.ModelLoadingException;
import io.tesserae.loaders.SentenceTransformer;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.model.Encoder;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Makes pipelines: {@code transformers.pipeline(task, model)}.
 *
 * <pre>{@code
 * try (var classifier = Pipelines.textClassification(Path.of("my-model"))) {
 *     Classification answer = classifier.classify("The actors were very convincing.");
 * }
 * }</pre>
 *
 * <p>A model on the Hugging Face hub is downloaded where that is asked for, and only there: {@code
 * Pipelines.textClassification(Hub.fromEnvironment().download("distilbert/distilbert-base-uncased-finetuned-sst-2-english"))}.
 */
public final class Pipelines {

    private Pipelines() {}

    /**
     * Text classification, also known as sentiment analysis, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TextClassificationPipeline textClassification(Path directory) {
        return textClassification(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static TextClassificationPipeline textClassification(ModelFiles files) {
        return textClassification(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static TextClassificationPipeline textClassification(ModelFiles files, Engine engine) {
        return SideBySideLoading.load(
                files,
                () -> AutoModelForSequenceClassification.fromPretrained(files, engine),
                (tokenizer, model) -> new TextClassificationPipeline(tokenizer, model, config(files)));
    }

    /**
     * Likewise with a tokenizer and a model that are loaded already; the pipeline closes the model.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if the tokenizer knows tokens that the model does not
     */
    public static TextClassificationPipeline textClassification(
            Tokenizer tokenizer, AutoModelForSequenceClassification model) {
        Arguments.require(tokenizer, "tokenizer");
        Arguments.require(model, "model");
        return new TextClassificationPipeline(tokenizer, model, model.config().toString());
    }

    /**
     * Text ranking with a cross-encoder, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TextRankingPipeline textRanking(Path directory) {
        return textRanking(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static TextRankingPipeline textRanking(ModelFiles files) {
        return textRanking(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static TextRankingPipeline textRanking(ModelFiles files, Engine engine) {
        return SideBySideLoading.load(
                files,
                () -> AutoModelForSequenceClassification.fromPretrained(files, engine),
                (tokenizer, model) -> new TextRankingPipeline(tokenizer, model, config(files)));
    }

    /**
     * Question answering, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static QuestionAnsweringPipeline questionAnswering(Path directory) {
        return questionAnswering(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static QuestionAnsweringPipeline questionAnswering(ModelFiles files) {
        return questionAnswering(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static QuestionAnsweringPipeline questionAnswering(ModelFiles files, Engine engine) {
        return SideBySideLoading.load(
                files,
                () -> AutoModelForQuestionAnswering.fromPretrained(files, engine),
                (tokenizer, model) -> new QuestionAnsweringPipeline(tokenizer, model, config(files)));
    }

    /**
     * Sentence embeddings, with the checkpoint in a folder: in the layout of sentence-transformers, or of any encoder, whose
     * hidden states are averaged then.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static SentenceEmbeddingPipeline sentenceEmbedding(Path directory) {
        return sentenceEmbedding(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static SentenceEmbeddingPipeline sentenceEmbedding(ModelFiles files) {
        return sentenceEmbedding(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static SentenceEmbeddingPipeline sentenceEmbedding(ModelFiles files, Engine engine) {
        var model = SentenceTransformer.fromPretrained(files, engine);
        return closingOnFailure(model, () -> new SentenceEmbeddingPipeline(model, config(files)));
    }

    /**
     * Token classification, also known as named entity recognition, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TokenClassificationPipeline tokenClassification(Path directory) {
        return tokenClassification(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static TokenClassificationPipeline tokenClassification(ModelFiles files) {
        return tokenClassification(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static TokenClassificationPipeline tokenClassification(ModelFiles files, Engine engine) {
        return SideBySideLoading.load(
                files,
                () -> AutoModelForTokenClassification.fromPretrained(files, engine),
                (tokenizer, model) -> new TokenClassificationPipeline(tokenizer, model, config(files)));
    }

    /**
     * Masked words guessed, with the checkpoint of a masked language model in a folder.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static FillMaskPipeline fillMask(Path directory) {
        return fillMask(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static FillMaskPipeline fillMask(ModelFiles files) {
        return fillMask(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static FillMaskPipeline fillMask(ModelFiles files, Engine engine) {
        return SideBySideLoading.load(
                files,
                () -> AutoModelForMaskedLM.fromPretrained(files, engine),
                (tokenizer, model) -> new FillMaskPipeline(tokenizer, model, files));
    }

    /**
     * Feature extraction from texts, with the checkpoint in a folder: an encoder, or any model that has one below its head.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static FeatureExtractionPipeline featureExtraction(Path directory) {
        return featureExtraction(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static FeatureExtractionPipeline featureExtraction(ModelFiles files) {
        return featureExtraction(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static FeatureExtractionPipeline featureExtraction(ModelFiles files, Engine engine) {
        return SideBySideLoading.load(
                files,
                () -> AutoModel.fromPretrained(files, engine),
                (tokenizer, model) -> new FeatureExtractionPipeline(tokenizer, model, config(files)));
    }

    /**
     * Zero-shot classification, with the checkpoint of a model of natural language inference in a folder. Where its {@code
     * label2id} names no label that begins with {@code entail}, the last is taken for it, as in transformers: {@link
     * ZeroShotClassificationPipeline#namesEntailment()} says whether that is so.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ZeroShotClassificationPipeline zeroShotClassification(Path directory) {
        return zeroShotClassification(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static ZeroShotClassificationPipeline zeroShotClassification(ModelFiles files) {
        return zeroShotClassification(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static ZeroShotClassificationPipeline zeroShotClassification(ModelFiles files, Engine engine) {
        return SideBySideLoading.load(
                files,
                () -> AutoModelForSequenceClassification.fromPretrained(files, engine),
                (tokenizer, model) -> new ZeroShotClassificationPipeline(tokenizer, model, config(files)));
    }

    /**
     * Image classification, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageClassificationPipeline imageClassification(Path directory) {
        return imageClassification(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static ImageClassificationPipeline imageClassification(ModelFiles files) {
        return imageClassification(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static ImageClassificationPipeline imageClassification(ModelFiles files, Engine engine) {
        ImageProcessor processor = AutoImageProcessor.fromPretrained(files, engine);
        var model = AutoModelForImageClassification.fromPretrained(files, engine);
        return closingOnFailure(model, () -> new ImageClassificationPipeline(processor, model, config(files)));
    }

    /**
     * Image feature extraction, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageFeatureExtractionPipeline imageFeatureExtraction(Path directory) {
        return imageFeatureExtraction(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static ImageFeatureExtractionPipeline imageFeatureExtraction(ModelFiles files) {
        return imageFeatureExtraction(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static ImageFeatureExtractionPipeline imageFeatureExtraction(ModelFiles files, Engine engine) {
        ImageProcessor processor = AutoImageProcessor.fromPretrained(files, engine);
        var model = AutoVisionModel.fromPretrained(files, engine);
        return closingOnFailure(model, () -> new ImageFeatureExtractionPipeline(processor, model, config(files)));
    }

    /**
     * Attention maps of pictures, with the checkpoint in a folder: an encoder, or a classifier, whose encoder is taken.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageAttentionPipeline imageAttention(Path directory) {
        return imageAttention(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static ImageAttentionPipeline imageAttention(ModelFiles files) {
        return imageAttention(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static ImageAttentionPipeline imageAttention(ModelFiles files, Engine engine) {
        ImageProcessor processor = AutoImageProcessor.fromPretrained(files, engine);
        var model = AutoVisionModel.fromPretrained(files, engine);
        return closingOnFailure(model, () -> new ImageAttentionPipeline(processor, model, config(files)));
    }

    /**
     * Attention maps of texts, with the checkpoint in a folder: an encoder, or a classifier, whose encoder is taken.
     *
     * @throws io.tesserae.loaders.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TextAttentionPipeline textAttention(Path directory) {
        return textAttention(ModelFiles.directory(directory));
    }

    /** Likewise with a checkpoint that lies elsewhere, as in the hub's cache. */
    public static TextAttentionPipeline textAttention(ModelFiles files) {
        return textAttention(files, Engine.shared());
    }

    /** Likewise with an engine of one's own. */
    public static TextAttentionPipeline textAttention(ModelFiles files, Engine engine) {
        return SideBySideLoading.load(
                files,
                () -> AutoModel.fromPretrained(files, engine),
                (tokenizer, model) -> new TextAttentionPipeline(tokenizer, model, config(files)));
    }

    /** A tokenizer must not know tokens that the model does not. */
    static void requireOneVocabulary(Tokenizer tokenizer, Encoder encoder, String where) {
        int known = encoder.vocabularySize();
        if (tokenizer.vocabularySize() > known) {
            throw new ModelLoadingException(where + ": vocab_size is " + known + ", but the tokenizer has "
                    + tokenizer.vocabularySize() + " tokens; its files belong to another model");
        }
    }

    private static String config(ModelFiles files) {
        return files.describe("config.json");
    }

    static <P> P closingOnFailure(AutoCloseable model, Supplier<P> pipeline) {
        try {
            return pipeline.get();
        } catch (RuntimeException e) {
            try {
                model.close();
            } catch (Exception suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }
}
