package io.tesserae.training.task;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.data.TextEncoder;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.family.TrainableFamilies;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The files of a task with texts.
 *
 * @param train what it is trained with
 * @param eval what it is evaluated with; empty for nothing
 * @param columns which header is the text, the label, …
 * @param maxLength the most tokens of an example; empty for as many as the model takes
 */
public record TextData(Path train, Optional<Path> eval, Columns columns, OptionalInt maxLength) {

    /** Checks that none is null. */
    public TextData {
        Arguments.require(train, "train");
        Arguments.require(eval, "eval");
        Arguments.require(columns, "columns");
        Arguments.require(maxLength, "maxLength");
    }

    /** Files whose columns have names that are recognised. */
    public static TextData of(Path train, Path eval) {
        return new TextData(train, Optional.of(eval), Columns.RECOGNISED, OptionalInt.empty());
    }

    /** What makes tokens of texts, no more of them than the model has positions for. */
    TextEncoder encoder(Tokenizer tokenizer, PretrainedConfig config) {
        int positions = TrainableFamilies.of(config.modelType())
                .map(family -> family.longestText(config))
                .orElseThrow(() -> new TrainingException(
                        "config.json: model_type: expected one that can be trained, found " + config.modelType()));
        return encoder(tokenizer, Math.min(positions, tokenizer.modelMaxLength()));
    }

    /** What makes tokens of texts, no more than so many of them. */
    TextEncoder encoder(Tokenizer tokenizer, int most) {
        int wanted = maxLength.orElse(most);
        if (wanted > most) {
            throw new TrainingException("--max-length: expected no more than the " + most
                    + " tokens that the model takes, found " + wanted);
        }
        try {
            return new TextEncoder(tokenizer, wanted);
        } catch (IllegalArgumentException e) {
            throw new TrainingException("--max-length: " + e.getMessage(), e);
        }
    }
}
