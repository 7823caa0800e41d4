package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.run.agent.AgentTask;
import io.tesserae.cli.run.writing.ImageTextToTextTask;
import io.tesserae.cli.run.writing.ImageToTextTask;
import io.tesserae.cli.run.writing.TextGenerationTask;
import io.tesserae.cli.run.writing.VisualQuestionAnsweringTask;
import java.util.List;

/** What {@code tesserae run} can do, by the names of transformers' pipelines. */
final class Tasks {

    /** The names of each task, in the order in which the help lists them. */
    static final List<List<String>> NAMES = List.of(
            List.of("text-classification", "sentiment-analysis"),
            List.of("token-classification", "ner"),
            List.of("zero-shot-classification"),
            List.of("fill-mask"),
            List.of("feature-extraction"),
            List.of("question-answering"),
            List.of("text-ranking"),
            List.of("sentence-embedding"),
            List.of("sentence-similarity"),
            List.of("semantic-search"),
            List.of("sparse-embedding"),
            List.of("image-classification"),
            List.of("zero-shot-image-classification"),
            List.of("image-feature-extraction"),
            List.of("optical-flow"),
            List.of("text-generation"),
            List.of("image-to-text"),
            List.of("image-text-to-text"),
            List.of("visual-question-answering", "vqa"),
            List.of("attention-map"),
            List.of("agent"));

    private Tasks() {}

    /** Every task's names, for messages. */
    static List<String> names() {
        return NAMES.stream().flatMap(List::stream).toList();
    }

    /** The command of a task. A {@code switch}, so that no other task's class is loaded. */
    static Object command(String name, Console console) {
        return switch (name) {
            case "text-classification", "sentiment-analysis" -> new TextClassificationTask(console);
            case "token-classification", "ner" -> new TokenClassificationTask(console);
            case "zero-shot-classification" -> new ZeroShotClassificationTask(console);
            case "fill-mask" -> new FillMaskTask(console);
            case "feature-extraction" -> new FeatureExtractionTask(console);
            case "question-answering" -> new QuestionAnsweringTask(console);
            case "text-ranking" -> new TextRankingTask(console);
            case "sentence-embedding" -> new SentenceEmbeddingTask(console);
            case "sentence-similarity" -> new SentenceSimilarityTask(console);
            case "semantic-search" -> new SemanticSearchTask(console);
            case "sparse-embedding" -> new SparseEmbeddingTask(console);
            case "image-classification" -> new ImageClassificationTask(console);
            case "zero-shot-image-classification" -> new ZeroShotImageClassificationTask(console);
            case "image-feature-extraction" -> new ImageFeatureExtractionTask(console);
            case "optical-flow" -> new OpticalFlowTask(console);
            case "text-generation" -> new TextGenerationTask(console);
            case "visual-question-answering", "vqa" -> new VisualQuestionAnsweringTask(console);
            case "image-to-text" -> new ImageToTextTask(console);
            case "image-text-to-text" -> new ImageTextToTextTask(console);
            case "attention-map" -> new AttentionMapTask(console);
            case "agent" -> new AgentTask(console);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
