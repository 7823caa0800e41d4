package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Failure;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.family.Input;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.sentence.SparseTransformerConfig;
import io.tesserae.pipelines.flow.OpticalFlowPipeline;
import io.tesserae.pipelines.generation.ImageTextToTextPipeline;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.TextGenerationPipeline;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringPipeline;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.image.ZeroShotImageClassificationPipeline;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.sentence.SparseEmbeddingPipeline;
import io.tesserae.pipelines.text.FeatureExtractionPipeline;
import io.tesserae.pipelines.text.FillMaskPipeline;
import io.tesserae.pipelines.text.QuestionAnsweringPipeline;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.pipelines.text.TokenClassificationPipeline;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a checkpoint can be loaded: it is, by the code that every other command loads it with, but on an engine that reads no
 * large weight. So the verdict is what loading says, and takes no longer for a large model than for a small one.
 */
final class TrialLoading {

    /** What loads a checkpoint for use with a head. */
    @FunctionalInterface
    private interface PipelineOfHead {
        AutoCloseable open(Checkpoint checkpoint, Engine engine);
    }

    private static final Map<Head<?>, PipelineOfHead> PIPELINES = Map.ofEntries(
            Map.entry(Head.ENCODER, FeatureExtractionPipeline.TASK::open),
            Map.entry(Head.SEQUENCE_CLASSIFICATION, TextClassificationPipeline.TASK::open),
            Map.entry(Head.TOKEN_CLASSIFICATION, TokenClassificationPipeline.TASK::open),
            Map.entry(Head.QUESTION_ANSWERING, QuestionAnsweringPipeline.TASK::open),
            Map.entry(Head.MASKED_LM, FillMaskPipeline.TASK::open),
            Map.entry(Head.IMAGE_ENCODER, ImageFeatureExtractionPipeline.TASK::open),
            Map.entry(Head.IMAGE_CLASSIFICATION, ImageClassificationPipeline.TASK::open),
            Map.entry(Head.IMAGE_TEXT_ENCODER, ZeroShotImageClassificationPipeline.TASK::open),
            Map.entry(Head.OPTICAL_FLOW, OpticalFlowPipeline.TASK::open),
            Map.entry(Head.CAUSAL_LM, TextGenerationPipeline.TASK::open),
            Map.entry(Head.IMAGE_CAPTIONING, ImageToTextPipeline.TASK::open),
            Map.entry(Head.IMAGE_TEXT_TO_TEXT, ImageTextToTextPipeline.TASK::open),
            Map.entry(Head.VISUAL_QUESTION_ANSWERING, VisualQuestionAnsweringPipeline.TASK::open));

    private TrialLoading() {}

    /** Loads what there is to load, and leaves the caller to close it. */
    @FunctionalInterface
    interface Loader {
        AutoCloseable load(Engine engine) throws IOException;
    }

    /** Why a checkpoint cannot be loaded as what its {@code architectures} say, or without a head if they say nothing; empty if it can. */
    static Optional<String> refusal(Checkpoint checkpoint) {
        return refusal(engine -> load(checkpoint, engine));
    }

    /** Why something cannot be loaded; empty if it can. */
    static Optional<String> refusal(Loader loader) {
        try (Engine engine = Engine.checking();
                AutoCloseable _ = loader.load(engine)) {
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of(Failure.describe(e));
        }
    }

    /**
     * The tasks that a checkpoint is good for all the same where no class that {@code architectures} names is supported: a BERT with
     * all the heads of its pre-training has an encoder, and one head that fills in masks.
     */
    static List<String> tasksOfUnsupported(Checkpoint checkpoint) {
        try {
            LoadedModel.head(checkpoint.config());
            return List.of();
        } catch (CommandException e) {
            Map<String, Loader> tasks = new LinkedHashMap<>();
            if (checkpoint.config().takesPixels() || checkpoint.config().takesPixelsAndTokens()) {
                tasks.put(
                        "image-feature-extraction",
                        engine -> ImageFeatureExtractionPipeline.TASK.open(checkpoint, engine));
            } else {
                tasks.put("feature-extraction", engine -> FeatureExtractionPipeline.TASK.open(checkpoint, engine));
                tasks.put("fill-mask", engine -> FillMaskPipeline.TASK.open(checkpoint, engine));
            }
            return tasks.entrySet().stream()
                    .filter(task -> refusal(task.getValue()).isEmpty())
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private static AutoCloseable load(Checkpoint checkpoint, Engine engine) {
        PretrainedConfig config = checkpoint.config();
        if (checkpoint.files().exists("modules.json") && !config.takesPixels()) {
            if (SparseTransformerConfig.isOf(checkpoint.files())) {
                return SparseEmbeddingPipeline.TASK.open(checkpoint, engine);
            }
            return SentenceEmbeddingPipeline.TASK.open(
                    checkpoint, engine); // a model of sentence-transformers, whatever its encoder calls itself
        }
        if (config.takesPixelsAndTokens()
                && !LoadedModel.head(config).map(PIPELINES::containsKey).orElse(false)) {
            AutoTokenizer.fromPretrained(checkpoint);
            if (AutoImageProcessor.isTiled(checkpoint)) {
                AutoImageProcessor.tiled(checkpoint, engine);
            } else {
                AutoImageProcessor.fromPretrained(checkpoint, engine);
            }
            LoadedModel.head(config); // refuses other classes
            return LoadedModel.load(checkpoint.head().orElseThrow(), checkpoint, engine);
        }
        Head<?> head =
                LoadedModel.head(config).orElseGet(() -> Head.none(config.takesPixels() ? Input.PIXELS : Input.TOKENS));
        PipelineOfHead pipeline = PIPELINES.get(head);
        if (pipeline != null) {
            return pipeline.open(checkpoint, engine);
        }
        // No pipeline has this head, but its texts want a tokenizer all the same.
        AutoTokenizer.fromPretrained(checkpoint);
        return LoadedModel.load(head, checkpoint, engine);
    }
}
