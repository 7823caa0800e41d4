package io.tesserae.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of {@code run zero-shot-classification}. */
final class ZeroShotOptions {

    @Option(
            names = {"--labels", "--candidate-labels"},
            paramLabel = "A,B,...",
            description = "Zero-shot: the labels that a text may have; a line may bring its own as candidate_labels.")
    private String labels;

    @Option(
            names = "--hypothesis-template",
            paramLabel = "TEXT",
            description = "Zero-shot: the sentence that a label is put into; by default \"This example is {}.\"")
    private String hypothesisTemplate;

    @Option(
            names = "--multi-label",
            description = "Zero-shot: score each label by itself; otherwise one is right, and scores add up to 1.")
    private boolean multiLabel;

    List<String> labels(RunCommand command) {
        return command.words("--labels", labels);
    }

    Optional<String> hypothesisTemplate() {
        return Optional.ofNullable(hypothesisTemplate);
    }

    boolean multiLabel() {
        return multiLabel;
    }
}
