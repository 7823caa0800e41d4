package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import java.util.List;

/** What {@code tesserae train} can do, by the names of transformers' pipelines. */
final class TrainTasks {

    /** In the order in which the help lists them. */
    static final List<String> NAMES = List.of(
            "text-classification",
            "token-classification",
            "question-answering",
            "fill-mask",
            "sentence-embedding",
            "image-classification",
            "image-to-text",
            "self-distillation",
            "agent");

    private TrainTasks() {}

    /** The command of a task. A {@code switch}, so that no other task's class is loaded. */
    static Object command(String name, Console console) {
        return switch (name) {
            case "text-classification" -> new TextClassificationCommand(console);
            case "token-classification" -> new TokenClassificationCommand(console);
            case "question-answering" -> new QuestionAnsweringCommand(console);
            case "fill-mask" -> new FillMaskCommand(console);
            case "sentence-embedding" -> new SentenceEmbeddingCommand(console);
            case "image-classification" -> new ImageClassificationCommand(console);
            case "image-to-text" -> new ImageToTextCommand(console);
            case "self-distillation" -> new SelfDistillationCommand(console);
            case "agent" -> new AgentCommand(console);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
