package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Failure;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.family.Input;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.Pipelines;
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
        AutoCloseable open(ModelFiles files, Engine engine);
    }

    private static final Map<Head<?>, PipelineOfHead> PIPELINES = Map.of(
            Head.ENCODER, Pipelines::featureExtraction,
            Head.SEQUENCE_CLASSIFICATION, Pipelines::textClassification,
            Head.TOKEN_CLASSIFICATION, Pipelines::tokenClassification,
            Head.QUESTION_ANSWERING, Pipelines::questionAnswering,
            Head.MASKED_LM, Pipelines::fillMask,
            Head.IMAGE_ENCODER, Pipelines::imageFeatureExtraction,
            Head.IMAGE_CLASSIFICATION, Pipelines::imageClassification);

    private TrialLoading() {}

    /** Loads what there is to load, and leaves the caller to close it. */
    @FunctionalInterface
    interface Loader {
        AutoCloseable load(Engine engine) throws IOException;
    }

    /** Why a checkpoint cannot be loaded as what its {@code architectures} say, or without a head if they say nothing; empty if it can. */
    static Optional<String> refusal(ModelFiles files, PretrainedConfig config) {
        return refusal(engine -> load(files, config, engine));
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
    static List<String> tasksOfUnsupported(ModelFiles files, PretrainedConfig config) {
        try {
            LoadedModel.head(config);
            return List.of();
        } catch (CommandException e) {
            Map<String, Loader> tasks = new LinkedHashMap<>();
            if (config.takesPixels()) {
                tasks.put("image-feature-extraction", engine -> Pipelines.imageFeatureExtraction(files, engine));
            } else {
                tasks.put("feature-extraction", engine -> Pipelines.featureExtraction(files, engine));
                tasks.put("fill-mask", engine -> Pipelines.fillMask(files, engine));
            }
            return tasks.entrySet().stream()
                    .filter(task -> refusal(task.getValue()).isEmpty())
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private static AutoCloseable load(ModelFiles files, PretrainedConfig config, Engine engine) {
        if (files.exists("modules.json") && !config.takesPixels()) {
            return Pipelines.sentenceEmbedding(
                    files, engine); // a model of sentence-transformers, whatever its encoder calls itself
        }
        Head<?> head =
                LoadedModel.head(config).orElseGet(() -> Head.none(config.takesPixels() ? Input.PIXELS : Input.TOKENS));
        PipelineOfHead pipeline = PIPELINES.get(head);
        if (pipeline != null) {
            return pipeline.open(files, engine);
        }
        // No pipeline has this head, but its texts want a tokenizer all the same.
        AutoTokenizer.fromPretrained(files);
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            return LoadedModel.load(head, checkpoint, engine);
        }
    }
}
