package io.tesserae.cli;

import io.tesserae.pipelines.text.AggregationStrategy;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options of {@code run token-classification}. */
final class TokenOptions {

    @Option(
            names = "--aggregation",
            paramLabel = "NAME",
            converter = Converters.Aggregation.class,
            completionCandidates = Converters.Aggregation.class,
            description =
                    "Token classification: how tokens are joined. none (the default): not at all; simple: neighbours of"
                            + " one label; first, average, max: likewise whole words, which have one label.")
    private AggregationStrategy aggregation = AggregationStrategy.NONE;

    @Option(
            names = "--stride",
            paramLabel = "N",
            converter = Converters.Length.class,
            description =
                    "Token classification: read all of a text that is too long, in windows with N tokens in common.")
    private Integer stride;

    AggregationStrategy aggregation() {
        return aggregation;
    }

    OptionalInt stride() {
        return RunCommand.optional(stride);
    }
}
