package io.tesserae.server.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.sentence.BgeM3;
import io.tesserae.loaders.sentence.ColBert;
import io.tesserae.loaders.sentence.SparseTransformerConfig;
import io.tesserae.pipelines.generation.ImageToTextPipeline;
import io.tesserae.pipelines.generation.TextGenerationPipeline;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringPipeline;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.image.ZeroShotImageClassificationPipeline;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.sentence.SparseEmbeddingPipeline;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.text.FeatureExtractionPipeline;
import io.tesserae.pipelines.text.FillMaskPipeline;
import io.tesserae.pipelines.text.QuestionAnsweringPipeline;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.pipelines.text.TokenClassificationPipeline;
import io.tesserae.pipelines.text.ZeroShotClassificationPipeline;
import io.tesserae.server.task.LateRanking;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A checkpoint that is to be served, and what it can do, which follows from its configuration. Its weights are not loaded yet: a
 * {@link io.tesserae.server.TesseraeServer} does that.
 *
 * @param name what clients call it
 * @param files its checkpoint
 * @param engine what it runs on; models that are served together share one
 * @param config its config.json
 * @param main the task that it was trained for, which is loaded when the server starts
 * @param others what it can do besides, loaded at the first request for it; tasks with the same head share their weights
 */
public record ServedModel(
        String name,
        ModelFiles files,
        Engine engine,
        PretrainedConfig config,
        PipelineTask<?> main,
        List<PipelineTask<?>> others) {

    private static final Map<Head<?>, PipelineTask<?>> MAIN = Map.ofEntries(
            Map.entry(Head.ENCODER, SentenceEmbeddingPipeline.TASK),
            Map.entry(Head.SEQUENCE_CLASSIFICATION, TextClassificationPipeline.TASK),
            Map.entry(Head.TOKEN_CLASSIFICATION, TokenClassificationPipeline.TASK),
            Map.entry(Head.QUESTION_ANSWERING, QuestionAnsweringPipeline.TASK),
            Map.entry(Head.MASKED_LM, FillMaskPipeline.TASK),
            Map.entry(Head.CAUSAL_LM, TextGenerationPipeline.TASK),
            Map.entry(Head.IMAGE_CAPTIONING, ImageToTextPipeline.TASK),
            Map.entry(Head.VISUAL_QUESTION_ANSWERING, VisualQuestionAnsweringPipeline.TASK),
            Map.entry(Head.IMAGE_CLASSIFICATION, ImageClassificationPipeline.TASK),
            Map.entry(Head.IMAGE_ENCODER, ImageFeatureExtractionPipeline.TASK),
            Map.entry(Head.IMAGE_TEXT_ENCODER, ZeroShotImageClassificationPipeline.TASK));

    private static final Set<PipelineTask<?>> ENCODES_TEXTS = Set.of(
            SentenceEmbeddingPipeline.TASK,
            SparseEmbeddingPipeline.TASK,
            TextClassificationPipeline.TASK,
            TextRankingPipeline.TASK,
            TokenClassificationPipeline.TASK,
            QuestionAnsweringPipeline.TASK,
            FillMaskPipeline.TASK);

    /** Checks that all is there, and keeps its own list. */
    public ServedModel {
        Arguments.require(name, "name");
        Arguments.require(files, "files");
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        Arguments.require(main, "main");
        others = List.copyOf(Arguments.requireAll(others, "others"));
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: expected a model's name, found nothing but space");
        }
    }

    /**
     * A checkpoint with the tasks that follow from its configuration.
     *
     * @param name what clients call it
     * @param engine what it runs on; models that are served together share one
     * @throws ModelLoadingException if its configuration cannot be read, or it is good for no task that is served
     */
    public static ServedModel of(String name, ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(Arguments.require(files, "files"))) {
            PretrainedConfig config = checkpoint.config();
            PipelineTask<?> main = main(checkpoint);
            return new ServedModel(name, files, engine, config, main, others(main, checkpoint));
        }
    }

    private static PipelineTask<?> main(Checkpoint checkpoint) {
        PretrainedConfig config = checkpoint.config();
        if (!config.takesPixels() && ColBert.isOf(checkpoint)) {
            return LateRanking.TASK;
        }
        if (checkpoint.files().exists("modules.json") && !config.takesPixels()) {
            if (SparseTransformerConfig.isOf(checkpoint.files())) {
                return SparseEmbeddingPipeline.TASK;
            }
            return SentenceEmbeddingPipeline.TASK; // of sentence-transformers, whatever its encoder calls itself
        }
        Optional<Head<?>> head = Checkpoint.headOfArchitectures(Families.ALL, config);
        head = head.isEmpty() ? checkpoint.head() : head;
        PipelineTask<?> task = head.map(MAIN::get)
                .orElseThrow(() -> new ModelLoadingException(config
                        + ": architectures: expected a model for one of the tasks that are served, found "
                        + String.join(", ", config.architectures())));
        boolean oneLabel = task == TextClassificationPipeline.TASK && config.labelCount() == 1;
        return oneLabel ? TextRankingPipeline.TASK : task;
    }

    private static List<PipelineTask<?>> others(PipelineTask<?> main, Checkpoint checkpoint) {
        PretrainedConfig config = checkpoint.config();
        List<PipelineTask<?>> others = new ArrayList<>();
        if (main == TextRankingPipeline.TASK) {
            others.add(TextClassificationPipeline.TASK);
        }
        if (main == TextClassificationPipeline.TASK && namesEntailment(config)) {
            others.add(ZeroShotClassificationPipeline.TASK);
        }
        if (main == SentenceEmbeddingPipeline.TASK && BgeM3.isOf(checkpoint)) {
            others.add(LateRanking.TASK);
        }
        if (main == FillMaskPipeline.TASK) {
            others.add(SparseEmbeddingPipeline.TASK);
        }
        if (main == SparseEmbeddingPipeline.TASK) {
            others.add(FillMaskPipeline.TASK);
        }
        if (main == ImageClassificationPipeline.TASK) {
            others.add(ImageFeatureExtractionPipeline.TASK);
        } else if (ENCODES_TEXTS.contains(main)) {
            others.add(FeatureExtractionPipeline.TASK);
        }
        return others;
    }

    private static boolean namesEntailment(PretrainedConfig config) {
        return config.label2id().orElse(Map.of()).keySet().stream()
                .anyMatch(label -> label.toLowerCase(Locale.ROOT).startsWith("entail"));
    }

    /** All that it can do, what it was trained for first. */
    public List<PipelineTask<?>> tasks() {
        List<PipelineTask<?>> tasks = new ArrayList<>();
        tasks.add(main);
        tasks.addAll(others);
        return tasks;
    }
}
