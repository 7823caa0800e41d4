package io.tesserae.cli.run;

import io.tesserae.cli.option.Converters;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options of the tasks that make vectors of sentences. */
final class SentenceOptions {

    @Option(
            names = "--prompt",
            paramLabel = "NAME",
            description = "Put the model's prompt of this name before every text (semantic search: every query).")
    private String promptName;

    @Option(
            names = "--prompt-text",
            paramLabel = "TEXT",
            description = "Put this before every text, or query, as 'query: '; '' puts nothing there.")
    private String promptText;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Keep the first N numbers of each vector, for models that were trained for it.")
    private Integer dimensions;

    @Option(names = "--normalize", description = "Divide each vector by its length, whatever the model does.")
    private boolean normalize;

    PromptChoice prompt(TaskRun run) {
        return promptChoice(run, promptName, promptText, "--prompt");
    }

    /** @param option its name, of which that of the option for the text begins with */
    static PromptChoice promptChoice(TaskRun run, String name, String text, String option) {
        if (name != null && text != null) {
            throw run.usage("give " + option + " or " + option + "-text, not both");
        }
        return new PromptChoice(name, text);
    }

    OptionalInt dimensions() {
        return TaskRun.optional(dimensions);
    }

    boolean normalize() {
        return normalize;
    }

    /**
     * What is put before every text.
     *
     * @param name one of the model's prompts; null: none was named
     * @param text the prompt itself; null: none was given
     */
    record PromptChoice(String name, String text) {

        boolean isMade() {
            return name != null || text != null;
        }

        /** This one, or the model's prompt of another name where none was chosen. */
        PromptChoice orNamed(String otherName) {
            return isMade() ? this : new PromptChoice(otherName, null);
        }

        SentenceEmbeddingOptions applyTo(SentenceEmbeddingOptions options) {
            if (name != null) {
                return options.withPromptName(name);
            }
            return text == null ? options : options.withPrompt(text);
        }
    }
}
