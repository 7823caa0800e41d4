package io.tesserae.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code tesserae run} can do, by the names of transformers' pipelines. */
enum Task {
    TEXT_CLASSIFICATION(
            List.of("text-classification", "sentiment-analysis"),
            Set.of("--top-k", "--batch-size"),
            TextClassificationTask::run),
    TOKEN_CLASSIFICATION(
            List.of("token-classification", "ner"),
            Set.of("--aggregation", "--stride", "--batch-size"),
            TokenClassificationTask::run),
    ZERO_SHOT_CLASSIFICATION(
            List.of("zero-shot-classification"),
            Set.of("--candidate-labels", "--hypothesis-template", "--multi-label", "--batch-size"),
            ZeroShotClassificationTask::run),
    FILL_MASK(List.of("fill-mask"), Set.of("--top-k", "--targets", "--batch-size"), FillMaskTask::run),
    FEATURE_EXTRACTION(List.of("feature-extraction"), Set.of("--batch-size"), FeatureExtractionTask::run),
    QUESTION_ANSWERING(List.of("question-answering"), QuestionOptions.NAMES, QuestionAnsweringTask::run),
    TEXT_RANKING(List.of("text-ranking"), Set.of("--query", "--top-k", "--batch-size"), TextRankingTask::run),
    SENTENCE_EMBEDDING(
            List.of("sentence-embedding"),
            Set.of("--prompt", "--prompt-text", "--dimensions", "--normalize", "--batch-size"),
            SentenceEmbeddingTask::run),
    SENTENCE_SIMILARITY(
            List.of("sentence-similarity"),
            Set.of("--prompt", "--prompt-text", "--dimensions", "--normalize", "--batch-size"),
            SentenceSimilarityTask::run),
    SEMANTIC_SEARCH(
            List.of("semantic-search"),
            Set.of(
                    "--corpus",
                    "--corpus-prompt",
                    "--corpus-prompt-text",
                    "--prompt",
                    "--prompt-text",
                    "--dimensions",
                    "--normalize",
                    "--top-k",
                    "--batch-size"),
            SemanticSearchTask::run),
    IMAGE_CLASSIFICATION(
            List.of("image-classification"), Set.of("--top-k", "--batch-size"), ImageClassificationTask::run),
    IMAGE_FEATURE_EXTRACTION(
            List.of("image-feature-extraction"), Set.of("--pool", "--batch-size"), ImageFeatureExtractionTask::run),
    ATTENTION_MAP(
            List.of("attention-map"),
            Set.of("--output-dir", "--image-size", "--layer", "--mass"),
            AttentionMapTask::run);

    private final List<String> names;
    private final Set<String> options;
    private final Body body;

    /** Does a task, from the first input to the last. */
    @FunctionalInterface
    private interface Body {
        void run(RunCommand command) throws IOException;
    }

    Task(List<String> names, Set<String> options, Body body) {
        this.names = names;
        this.options = options;
        this.body = body;
    }

    /** The task of this name. */
    static Optional<Task> named(String name) {
        return Arrays.stream(values()).filter(task -> task.names.contains(name)).findFirst();
    }

    /** Every task's names, for messages. */
    static List<String> allNames() {
        return Arrays.stream(values()).flatMap(task -> task.names.stream()).toList();
    }

    /** The tasks that an option belongs to; none if it belongs to all of them. */
    static List<Task> withOption(String option) {
        return Arrays.stream(values())
                .filter(task -> task.options.contains(option))
                .toList();
    }

    /** What its answers can be written as. */
    Set<OutputFormat> formats() {
        return switch (this) {
            case FEATURE_EXTRACTION, SENTENCE_EMBEDDING, IMAGE_FEATURE_EXTRACTION -> EnumSet.allOf(OutputFormat.class);
            default -> EnumSet.of(OutputFormat.TEXT, OutputFormat.JSON);
        };
    }

    String firstName() {
        return names.getFirst();
    }

    void run(RunCommand command) throws IOException {
        body.run(command);
    }
}
