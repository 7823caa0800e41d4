package io.tesserae.cli;

import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options of the tasks that make vectors of sentences. */
final class SentenceOptions {

    @Option(
            names = "--prompt",
            paramLabel = "NAME",
            description =
                    "Sentences: put the model's prompt of this name before every text (semantic search: every query).")
    private String promptName;

    @Option(
            names = "--prompt-text",
            paramLabel = "TEXT",
            description = "Sentences: put this before every text, or query, as 'query: '; '' puts nothing there.")
    private String promptText;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Sentences: keep the first N numbers of each vector, for models that were trained for it.")
    private Integer dimensions;

    @Option(
            names = "--normalize",
            description = "Sentences: divide each vector by its length, whatever the model does.")
    private boolean normalize;

    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description = "Semantic search: the texts to search in, one a line, as for --input.")
    private String corpus;

    @Option(
            names = "--corpus-prompt",
            paramLabel = "NAME",
            description = "Semantic search: the model's prompt for these texts; by default the one named document.")
    private String corpusPromptName;

    @Option(
            names = "--corpus-prompt-text",
            paramLabel = "TEXT",
            description = "Semantic search: put this before each of these texts, as 'passage: '.")
    private String corpusPromptText;

    PromptChoice prompt(RunCommand command) {
        return promptChoice(command, promptName, promptText, "--prompt");
    }

    PromptChoice corpusPrompt(RunCommand command) {
        return promptChoice(command, corpusPromptName, corpusPromptText, "--corpus-prompt");
    }

    private static PromptChoice promptChoice(RunCommand command, String name, String text, String option) {
        if (name != null && text != null) {
            throw command.usage("give " + option + " or " + option + "-text, not both");
        }
        return new PromptChoice(name, text);
    }

    OptionalInt dimensions() {
        return RunCommand.optional(dimensions);
    }

    boolean normalize() {
        return normalize;
    }

    /** The file of texts to search in. */
    String corpus(RunCommand command) {
        if (corpus == null) {
            throw command.usage("semantic-search needs the texts to search in: give --corpus FILE");
        }
        if (corpus.equals("-") && command.readsStandardInput()) {
            throw command.usage("--corpus and --input cannot both be standard input");
        }
        return corpus;
    }
}
