package io.tesserae.pipelines;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.agent.AgentPipeline;
import io.tesserae.pipelines.attention.CaptionAttentionPipeline;
import io.tesserae.pipelines.attention.ImageAttentionPipeline;
import io.tesserae.pipelines.attention.TextAttentionPipeline;
import io.tesserae.pipelines.attention.latents.ImageLatentAttentionPipeline;
import io.tesserae.pipelines.attention.latents.TextLatentAttentionPipeline;
import io.tesserae.pipelines.attention.mixed.MixedAttentionPipeline;
import io.tesserae.pipelines.flow.OpticalFlowPipeline;
import io.tesserae.pipelines.generation.ImageTextToTextPipeline;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.TextGenerationPipeline;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringPipeline;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.image.ImageTextEmbeddingPipeline;
import io.tesserae.pipelines.image.ZeroShotImageClassificationPipeline;
import io.tesserae.pipelines.sentence.LateInteractionPipeline;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.sentence.SparseEmbeddingPipeline;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.text.FeatureExtractionPipeline;
import io.tesserae.pipelines.text.FillMaskPipeline;
import io.tesserae.pipelines.text.QuestionAnsweringPipeline;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.pipelines.text.TokenClassificationPipeline;
import io.tesserae.pipelines.text.ZeroShotClassificationPipeline;
import io.tesserae.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;

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

    /** All tasks, in the order in which the pages list them. */
    public static List<PipelineTask<?>> tasks() {
        return List.of(
                TextClassificationPipeline.TASK,
                TokenClassificationPipeline.TASK,
                ZeroShotClassificationPipeline.TASK,
                FillMaskPipeline.TASK,
                FeatureExtractionPipeline.TASK,
                QuestionAnsweringPipeline.TASK,
                TextRankingPipeline.TASK,
                SentenceEmbeddingPipeline.TASK,
                SparseEmbeddingPipeline.TASK,
                LateInteractionPipeline.TASK,
                ImageClassificationPipeline.TASK,
                ZeroShotImageClassificationPipeline.TASK,
                ImageTextEmbeddingPipeline.TASK,
                ImageFeatureExtractionPipeline.TASK,
                OpticalFlowPipeline.TASK,
                TextGenerationPipeline.TASK,
                ImageToTextPipeline.TASK,
                ImageTextToTextPipeline.TASK,
                VisualQuestionAnsweringPipeline.TASK,
                TextAttentionPipeline.TASK,
                ImageAttentionPipeline.TASK,
                CaptionAttentionPipeline.TASK,
                MixedAttentionPipeline.TASK,
                TextLatentAttentionPipeline.TASK,
                ImageLatentAttentionPipeline.TASK);
    }

    /**
     * The task of a name: {@code ner}, {@code text-classification}.
     *
     * @throws IllegalArgumentException if there is none; the message names all, and the one that was probably meant
     */
    public static PipelineTask<?> task(String name) {
        Arguments.require(name, "name");
        return tasks().stream()
                .filter(task -> task.names().contains(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(unknown(name)));
    }

    private static String unknown(String name) {
        List<String> names =
                tasks().stream().flatMap(task -> task.names().stream()).toList();
        return "there is no task \"" + name + "\""
                + NearestName.of(name, names)
                        .map(nearest -> "; did you mean \"" + nearest + "\"?")
                        .orElse(".")
                + " The tasks are " + String.join(", ", names);
    }

    /**
     * A pipeline for a task that is known by its name, with the checkpoint in a folder.
     *
     * <pre>{@code
     * try (var pipeline = Pipelines.of("ner", Path.of("my-model"))) {
     *     System.out.println(pipeline);
     * }
     * }</pre>
     *
     * @throws IllegalArgumentException if there is no such task
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be loaded; the message says why
     */
    public static Pipeline<?, ?, ?> of(String task, Path directory) {
        return task(task).open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #of(String, Path)}. */
    public static Pipeline<?, ?, ?> of(String task, Path directory, Engine engine) {
        return task(task).open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #of(String, Path)}. */
    public static Pipeline<?, ?, ?> of(String task, ModelFiles files) {
        return task(task).open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #of(String, Path)}. */
    public static Pipeline<?, ?, ?> of(String task, ModelFiles files, Engine engine) {
        return task(task).open(files, engine);
    }

    /**
     * Text classification, also known as sentiment analysis, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TextClassificationPipeline textClassification(Path directory) {
        return TextClassificationPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #textClassification(Path)}. */
    public static TextClassificationPipeline textClassification(Path directory, Engine engine) {
        return TextClassificationPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #textClassification(Path)}. */
    public static TextClassificationPipeline textClassification(ModelFiles files) {
        return TextClassificationPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #textClassification(Path)}. */
    public static TextClassificationPipeline textClassification(ModelFiles files, Engine engine) {
        return TextClassificationPipeline.TASK.open(files, engine);
    }

    /**
     * With a tokenizer and a model that are loaded already; the pipeline closes the model.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if the tokenizer knows tokens that the model does not
     */
    public static TextClassificationPipeline textClassification(
            Tokenizer tokenizer, AutoModelForSequenceClassification model) {
        return TextClassificationPipeline.of(tokenizer, model);
    }

    /**
     * Text ranking with a cross-encoder, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TextRankingPipeline textRanking(Path directory) {
        return TextRankingPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #textRanking(Path)}. */
    public static TextRankingPipeline textRanking(Path directory, Engine engine) {
        return TextRankingPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #textRanking(Path)}. */
    public static TextRankingPipeline textRanking(ModelFiles files) {
        return TextRankingPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #textRanking(Path)}. */
    public static TextRankingPipeline textRanking(ModelFiles files, Engine engine) {
        return TextRankingPipeline.TASK.open(files, engine);
    }

    /**
     * Question answering, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static QuestionAnsweringPipeline questionAnswering(Path directory) {
        return QuestionAnsweringPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #questionAnswering(Path)}. */
    public static QuestionAnsweringPipeline questionAnswering(Path directory, Engine engine) {
        return QuestionAnsweringPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #questionAnswering(Path)}. */
    public static QuestionAnsweringPipeline questionAnswering(ModelFiles files) {
        return QuestionAnsweringPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #questionAnswering(Path)}. */
    public static QuestionAnsweringPipeline questionAnswering(ModelFiles files, Engine engine) {
        return QuestionAnsweringPipeline.TASK.open(files, engine);
    }

    /**
     * Sentence embeddings, with the checkpoint in a folder: in the layout of sentence-transformers, or of any encoder, whose
     * hidden states are averaged then.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static SentenceEmbeddingPipeline sentenceEmbedding(Path directory) {
        return SentenceEmbeddingPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #sentenceEmbedding(Path)}. */
    public static SentenceEmbeddingPipeline sentenceEmbedding(Path directory, Engine engine) {
        return SentenceEmbeddingPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #sentenceEmbedding(Path)}. */
    public static SentenceEmbeddingPipeline sentenceEmbedding(ModelFiles files) {
        return SentenceEmbeddingPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #sentenceEmbedding(Path)}. */
    public static SentenceEmbeddingPipeline sentenceEmbedding(ModelFiles files, Engine engine) {
        return SentenceEmbeddingPipeline.TASK.open(files, engine);
    }

    /**
     * Sparse embeddings, words and their weights, with the checkpoint in a folder: in the layout of sentence-transformers, or of any
     * masked language model.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static SparseEmbeddingPipeline sparseEmbedding(Path directory) {
        return SparseEmbeddingPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #sparseEmbedding(Path)}. */
    public static SparseEmbeddingPipeline sparseEmbedding(Path directory, Engine engine) {
        return SparseEmbeddingPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #sparseEmbedding(Path)}. */
    public static SparseEmbeddingPipeline sparseEmbedding(ModelFiles files) {
        return SparseEmbeddingPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #sparseEmbedding(Path)}. */
    public static SparseEmbeddingPipeline sparseEmbedding(ModelFiles files, Engine engine) {
        return SparseEmbeddingPipeline.TASK.open(files, engine);
    }

    /**
     * Late interaction, a vector for each token, with the checkpoint in a folder: in the layout of PyLate, or of ColBERT's authors.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static LateInteractionPipeline lateInteraction(Path directory) {
        return LateInteractionPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #lateInteraction(Path)}. */
    public static LateInteractionPipeline lateInteraction(Path directory, Engine engine) {
        return LateInteractionPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #lateInteraction(Path)}. */
    public static LateInteractionPipeline lateInteraction(ModelFiles files) {
        return LateInteractionPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #lateInteraction(Path)}. */
    public static LateInteractionPipeline lateInteraction(ModelFiles files, Engine engine) {
        return LateInteractionPipeline.TASK.open(files, engine);
    }

    /**
     * Token classification, also known as named entity recognition, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TokenClassificationPipeline tokenClassification(Path directory) {
        return TokenClassificationPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #tokenClassification(Path)}. */
    public static TokenClassificationPipeline tokenClassification(Path directory, Engine engine) {
        return TokenClassificationPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #tokenClassification(Path)}. */
    public static TokenClassificationPipeline tokenClassification(ModelFiles files) {
        return TokenClassificationPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #tokenClassification(Path)}. */
    public static TokenClassificationPipeline tokenClassification(ModelFiles files, Engine engine) {
        return TokenClassificationPipeline.TASK.open(files, engine);
    }

    /**
     * Masked words guessed, with the checkpoint of a masked language model in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static FillMaskPipeline fillMask(Path directory) {
        return FillMaskPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #fillMask(Path)}. */
    public static FillMaskPipeline fillMask(Path directory, Engine engine) {
        return FillMaskPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #fillMask(Path)}. */
    public static FillMaskPipeline fillMask(ModelFiles files) {
        return FillMaskPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #fillMask(Path)}. */
    public static FillMaskPipeline fillMask(ModelFiles files, Engine engine) {
        return FillMaskPipeline.TASK.open(files, engine);
    }

    /**
     * Feature extraction from texts, with the checkpoint in a folder: an encoder, or any model that has one below its head.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static FeatureExtractionPipeline featureExtraction(Path directory) {
        return FeatureExtractionPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #featureExtraction(Path)}. */
    public static FeatureExtractionPipeline featureExtraction(Path directory, Engine engine) {
        return FeatureExtractionPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #featureExtraction(Path)}. */
    public static FeatureExtractionPipeline featureExtraction(ModelFiles files) {
        return FeatureExtractionPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #featureExtraction(Path)}. */
    public static FeatureExtractionPipeline featureExtraction(ModelFiles files, Engine engine) {
        return FeatureExtractionPipeline.TASK.open(files, engine);
    }

    /**
     * Zero-shot classification, with the checkpoint of a model of natural language inference in a folder. Where its {@code
     * label2id} names no label that begins with {@code entail}, the last is taken for it, as in transformers: {@link
     * ZeroShotClassificationPipeline#namesEntailment()} says whether that is so.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ZeroShotClassificationPipeline zeroShotClassification(Path directory) {
        return ZeroShotClassificationPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #zeroShotClassification(Path)}. */
    public static ZeroShotClassificationPipeline zeroShotClassification(Path directory, Engine engine) {
        return ZeroShotClassificationPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #zeroShotClassification(Path)}. */
    public static ZeroShotClassificationPipeline zeroShotClassification(ModelFiles files) {
        return ZeroShotClassificationPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #zeroShotClassification(Path)}. */
    public static ZeroShotClassificationPipeline zeroShotClassification(ModelFiles files, Engine engine) {
        return ZeroShotClassificationPipeline.TASK.open(files, engine);
    }

    /**
     * Image classification, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageClassificationPipeline imageClassification(Path directory) {
        return ImageClassificationPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #imageClassification(Path)}. */
    public static ImageClassificationPipeline imageClassification(Path directory, Engine engine) {
        return ImageClassificationPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #imageClassification(Path)}. */
    public static ImageClassificationPipeline imageClassification(ModelFiles files) {
        return ImageClassificationPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #imageClassification(Path)}. */
    public static ImageClassificationPipeline imageClassification(ModelFiles files, Engine engine) {
        return ImageClassificationPipeline.TASK.open(files, engine);
    }

    /**
     * Zero-shot classification of pictures, by labels in any words, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ZeroShotImageClassificationPipeline zeroShotImageClassification(Path directory) {
        return ZeroShotImageClassificationPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #zeroShotImageClassification(Path)}. */
    public static ZeroShotImageClassificationPipeline zeroShotImageClassification(Path directory, Engine engine) {
        return ZeroShotImageClassificationPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #zeroShotImageClassification(Path)}. */
    public static ZeroShotImageClassificationPipeline zeroShotImageClassification(ModelFiles files) {
        return ZeroShotImageClassificationPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #zeroShotImageClassification(Path)}. */
    public static ZeroShotImageClassificationPipeline zeroShotImageClassification(ModelFiles files, Engine engine) {
        return ZeroShotImageClassificationPipeline.TASK.open(files, engine);
    }

    /**
     * Vectors of pictures and of texts that can be compared, with the checkpoint in a folder: CLIP's and SigLIP's.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageTextEmbeddingPipeline imageTextEmbedding(Path directory) {
        return ImageTextEmbeddingPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #imageTextEmbedding(Path)}. */
    public static ImageTextEmbeddingPipeline imageTextEmbedding(Path directory, Engine engine) {
        return ImageTextEmbeddingPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #imageTextEmbedding(Path)}. */
    public static ImageTextEmbeddingPipeline imageTextEmbedding(ModelFiles files) {
        return ImageTextEmbeddingPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #imageTextEmbedding(Path)}. */
    public static ImageTextEmbeddingPipeline imageTextEmbedding(ModelFiles files, Engine engine) {
        return ImageTextEmbeddingPipeline.TASK.open(files, engine);
    }

    /**
     * Image feature extraction, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageFeatureExtractionPipeline imageFeatureExtraction(Path directory) {
        return ImageFeatureExtractionPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #imageFeatureExtraction(Path)}. */
    public static ImageFeatureExtractionPipeline imageFeatureExtraction(Path directory, Engine engine) {
        return ImageFeatureExtractionPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #imageFeatureExtraction(Path)}. */
    public static ImageFeatureExtractionPipeline imageFeatureExtraction(ModelFiles files) {
        return ImageFeatureExtractionPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #imageFeatureExtraction(Path)}. */
    public static ImageFeatureExtractionPipeline imageFeatureExtraction(ModelFiles files, Engine engine) {
        return ImageFeatureExtractionPipeline.TASK.open(files, engine);
    }

    /**
     * Attention maps of pictures, with the checkpoint in a folder: an encoder, or a classifier, whose encoder is taken.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageAttentionPipeline imageAttention(Path directory) {
        return ImageAttentionPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #imageAttention(Path)}. */
    public static ImageAttentionPipeline imageAttention(Path directory, Engine engine) {
        return ImageAttentionPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #imageAttention(Path)}. */
    public static ImageAttentionPipeline imageAttention(ModelFiles files) {
        return ImageAttentionPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #imageAttention(Path)}. */
    public static ImageAttentionPipeline imageAttention(ModelFiles files, Engine engine) {
        return ImageAttentionPipeline.TASK.open(files, engine);
    }

    /**
     * Attention maps of texts, with the checkpoint in a folder: an encoder, or a classifier, whose encoder is taken.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TextAttentionPipeline textAttention(Path directory) {
        return TextAttentionPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #textAttention(Path)}. */
    public static TextAttentionPipeline textAttention(Path directory, Engine engine) {
        return TextAttentionPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #textAttention(Path)}. */
    public static TextAttentionPipeline textAttention(ModelFiles files) {
        return TextAttentionPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #textAttention(Path)}. */
    public static TextAttentionPipeline textAttention(ModelFiles files, Engine engine) {
        return TextAttentionPipeline.TASK.open(files, engine);
    }

    /**
     * What latents read of pictures, with the checkpoint of a classifier that reads with latents in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageLatentAttentionPipeline imageLatentAttention(Path directory) {
        return ImageLatentAttentionPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #imageLatentAttention(Path)}. */
    public static ImageLatentAttentionPipeline imageLatentAttention(Path directory, Engine engine) {
        return ImageLatentAttentionPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #imageLatentAttention(Path)}. */
    public static ImageLatentAttentionPipeline imageLatentAttention(ModelFiles files) {
        return ImageLatentAttentionPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #imageLatentAttention(Path)}. */
    public static ImageLatentAttentionPipeline imageLatentAttention(ModelFiles files, Engine engine) {
        return ImageLatentAttentionPipeline.TASK.open(files, engine);
    }

    /**
     * What latents read of texts, with the checkpoint of a model that reads with latents in a folder: a classifier, or one that fills in masks.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TextLatentAttentionPipeline textLatentAttention(Path directory) {
        return TextLatentAttentionPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #textLatentAttention(Path)}. */
    public static TextLatentAttentionPipeline textLatentAttention(Path directory, Engine engine) {
        return TextLatentAttentionPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #textLatentAttention(Path)}. */
    public static TextLatentAttentionPipeline textLatentAttention(ModelFiles files) {
        return TextLatentAttentionPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #textLatentAttention(Path)}. */
    public static TextLatentAttentionPipeline textLatentAttention(ModelFiles files, Engine engine) {
        return TextLatentAttentionPipeline.TASK.open(files, engine);
    }

    /**
     * Texts continued, with the checkpoint of a model that writes in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static TextGenerationPipeline textGeneration(Path directory) {
        return TextGenerationPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #textGeneration(Path)}. */
    public static TextGenerationPipeline textGeneration(Path directory, Engine engine) {
        return TextGenerationPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #textGeneration(Path)}. */
    public static TextGenerationPipeline textGeneration(ModelFiles files) {
        return TextGenerationPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #textGeneration(Path)}. */
    public static TextGenerationPipeline textGeneration(ModelFiles files, Engine engine) {
        return TextGenerationPipeline.TASK.open(files, engine);
    }

    /**
     * Texts about pictures, with the checkpoint of a model that writes about them in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageToTextPipeline imageToText(Path directory) {
        return ImageToTextPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #imageToText(Path)}. */
    public static ImageToTextPipeline imageToText(Path directory, Engine engine) {
        return ImageToTextPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #imageToText(Path)}. */
    public static ImageToTextPipeline imageToText(ModelFiles files) {
        return ImageToTextPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #imageToText(Path)}. */
    public static ImageToTextPipeline imageToText(ModelFiles files, Engine engine) {
        return ImageToTextPipeline.TASK.open(files, engine);
    }

    /**
     * Captions of pictures and where each of their words comes from, with the checkpoint of a model that writes about pictures in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static CaptionAttentionPipeline captionAttention(Path directory) {
        return CaptionAttentionPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #captionAttention(Path)}. */
    public static CaptionAttentionPipeline captionAttention(Path directory, Engine engine) {
        return CaptionAttentionPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #captionAttention(Path)}. */
    public static CaptionAttentionPipeline captionAttention(ModelFiles files) {
        return CaptionAttentionPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #captionAttention(Path)}. */
    public static CaptionAttentionPipeline captionAttention(ModelFiles files, Engine engine) {
        return CaptionAttentionPipeline.TASK.open(files, engine);
    }

    /**
     * Texts with pictures among the words, continued, and where in the pictures each new word comes from, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static MixedAttentionPipeline mixedAttention(Path directory) {
        return MixedAttentionPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #mixedAttention(Path)}. */
    public static MixedAttentionPipeline mixedAttention(Path directory, Engine engine) {
        return MixedAttentionPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #mixedAttention(Path)}. */
    public static MixedAttentionPipeline mixedAttention(ModelFiles files) {
        return MixedAttentionPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #mixedAttention(Path)}. */
    public static MixedAttentionPipeline mixedAttention(ModelFiles files, Engine engine) {
        return MixedAttentionPipeline.TASK.open(files, engine);
    }

    /**
     * How far each pixel moves from one picture to the next, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static OpticalFlowPipeline opticalFlow(Path directory) {
        return OpticalFlowPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #opticalFlow(Path)}. */
    public static OpticalFlowPipeline opticalFlow(Path directory, Engine engine) {
        return OpticalFlowPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #opticalFlow(Path)}. */
    public static OpticalFlowPipeline opticalFlow(ModelFiles files) {
        return OpticalFlowPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #opticalFlow(Path)}. */
    public static OpticalFlowPipeline opticalFlow(ModelFiles files, Engine engine) {
        return OpticalFlowPipeline.TASK.open(files, engine);
    }

    /**
     * Questions about pictures answered in words, with the checkpoint of a model that writes its answers in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static VisualQuestionAnsweringPipeline visualQuestionAnswering(Path directory) {
        return VisualQuestionAnsweringPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #visualQuestionAnswering(Path)}. */
    public static VisualQuestionAnsweringPipeline visualQuestionAnswering(Path directory, Engine engine) {
        return VisualQuestionAnsweringPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #visualQuestionAnswering(Path)}. */
    public static VisualQuestionAnsweringPipeline visualQuestionAnswering(ModelFiles files) {
        return VisualQuestionAnsweringPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #visualQuestionAnswering(Path)}. */
    public static VisualQuestionAnsweringPipeline visualQuestionAnswering(ModelFiles files, Engine engine) {
        return VisualQuestionAnsweringPipeline.TASK.open(files, engine);
    }

    /**
     * Texts with pictures among the words continued, with the checkpoint in a folder.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static ImageTextToTextPipeline imageTextToText(Path directory) {
        return ImageTextToTextPipeline.TASK.open(directory);
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #imageTextToText(Path)}. */
    public static ImageTextToTextPipeline imageTextToText(Path directory, Engine engine) {
        return ImageTextToTextPipeline.TASK.open(directory, engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #imageTextToText(Path)}. */
    public static ImageTextToTextPipeline imageTextToText(ModelFiles files) {
        return ImageTextToTextPipeline.TASK.open(files);
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #imageTextToText(Path)}. */
    public static ImageTextToTextPipeline imageTextToText(ModelFiles files, Engine engine) {
        return ImageTextToTextPipeline.TASK.open(files, engine);
    }

    /**
     * Agents that act in environments, with the checkpoint of a model of episodes in a folder. It is no {@link Pipeline}, and has no task:
     * what an agent does depends on what it has done before.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if it cannot be loaded; the message says why
     */
    public static AgentPipeline agent(Path directory) {
        return agent(ModelFiles.directory(directory));
    }

    /** With the checkpoint in a folder, and an engine of one's own: {@link #agent(Path)}. */
    public static AgentPipeline agent(Path directory, Engine engine) {
        return agent(ModelFiles.directory(directory), engine);
    }

    /** With a checkpoint that lies elsewhere, as in the hub's cache: {@link #agent(Path)}. */
    public static AgentPipeline agent(ModelFiles files) {
        return agent(files, Engine.shared());
    }

    /** With a checkpoint that lies elsewhere, and an engine of one's own: {@link #agent(Path)}. */
    public static AgentPipeline agent(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return AgentPipeline.load(checkpoint, engine);
        }
    }
}
