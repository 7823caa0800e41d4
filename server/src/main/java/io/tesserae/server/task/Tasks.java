package io.tesserae.server.task;

import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringPipeline;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.image.ImageFeatureExtractionOptions;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.image.ZeroShotImageClassificationPipeline;
import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.sentence.SparseEmbedding;
import io.tesserae.pipelines.sentence.SparseEmbeddingOptions;
import io.tesserae.pipelines.sentence.SparseEmbeddingPipeline;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.FeatureExtractionOptions;
import io.tesserae.pipelines.text.FeatureExtractionPipeline;
import io.tesserae.pipelines.text.TextClassification;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.pipelines.text.TextFeatures;
import io.tesserae.pipelines.text.ZeroShotClassification;
import io.tesserae.pipelines.text.ZeroShotClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotClassificationPipeline;
import io.tesserae.pipelines.text.ZeroShotInput;
import io.tesserae.tensor.Tensor;
import java.util.List;

/** The tasks that are served. */
public final class Tasks {

    /** Sentence embedding. */
    public static final TaskJson<SentenceEmbeddingPipeline, String, SentenceEmbeddingOptions, SentenceEmbedding>
            SENTENCE_EMBEDDING = new SentenceEmbeddingJson();

    /** Sparse embedding. */
    public static final TaskJson<SparseEmbeddingPipeline, String, SparseEmbeddingOptions, SparseEmbedding>
            SPARSE_EMBEDDING = new SparseEmbeddingJson();

    /** Text classification. */
    public static final TaskJson<TextClassificationPipeline, TextInput, TextClassificationOptions, TextClassification>
            TEXT_CLASSIFICATION = new TextClassificationJson();

    /** Text ranking. */
    public static final TaskJson<TextRankingPipeline, TextInput, TextRankingOptions, PairScore> TEXT_RANKING =
            new TextRankingJson<>(
                    TextRankingPipeline.TASK, TextRankingPipeline::tokenizer, TextRankingPipeline::maxLength);

    /** Text ranking by late interaction. */
    public static final TaskJson<LateRanking, TextInput, TextRankingOptions, PairScore> LATE_RANKING =
            new TextRankingJson<>(LateRanking.TASK, LateRanking::tokenizer, LateRanking::maxLength);

    /** Feature extraction. */
    public static final TaskJson<FeatureExtractionPipeline, String, FeatureExtractionOptions, TextFeatures>
            FEATURE_EXTRACTION = new FeatureExtractionJson();

    /** Zero-shot classification. */
    public static final TaskJson<
                    ZeroShotClassificationPipeline,
                    ZeroShotInput,
                    ZeroShotClassificationOptions,
                    ZeroShotClassification>
            ZERO_SHOT_CLASSIFICATION = new ZeroShotClassificationJson();

    /** Image feature extraction. */
    public static final TaskJson<ImageFeatureExtractionPipeline, ImageInput, ImageFeatureExtractionOptions, Tensor>
            IMAGE_FEATURE_EXTRACTION = new ImageFeatureExtractionJson();

    /** The others, which no route but that of all tasks has to do with. */
    public static final List<TaskJson<?, ?, ?, ?>> OTHERS = List.of(
            new TokenClassificationJson(),
            new FillMaskJson(),
            new QuestionAnsweringJson(),
            new TextGenerationJson(),
            new ImageToTextJson(),
            new VisualQuestionAnsweringJson(),
            new ImageClassificationJson(),
            new ZeroShotImageClassificationJson());

    private Tasks() {}

    /** Whether a task has to do with a picture and with texts, so that its model is asked for neither alone. */
    public static boolean joinsPicturesAndTexts(PipelineTask<?> task) {
        return task == ImageToTextPipeline.TASK
                || task == VisualQuestionAnsweringPipeline.TASK
                || task == ZeroShotImageClassificationPipeline.TASK;
    }

    /** Whether what a task is asked about is a picture, and nothing else. */
    public static boolean takesPictures(PipelineTask<?> task) {
        return task == ImageClassificationPipeline.TASK || task == ImageFeatureExtractionPipeline.TASK;
    }
}
