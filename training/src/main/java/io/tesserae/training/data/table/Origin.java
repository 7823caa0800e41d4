package io.tesserae.training.data.table;

import io.tesserae.training.failure.TrainingException;
import java.nio.file.Path;

/**
 * Where a row stands.
 *
 * @param file its file
 * @param line its first line there, counted from 1
 */
public record Origin(Path file, long line) {

    /** The exception for a row that is no good: the place, and what is wrong. */
    public TrainingException refusal(String problem) {
        return new TrainingException(this + ": " + problem);
    }

    /** {@code train.tsv, line 3}. */
    @Override
    public String toString() {
        return file + ", line " + line;
    }
}
