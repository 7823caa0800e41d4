package io.tesserae.cli.task;

import io.tesserae.cli.option.Converters;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** {@code --batch-size}. */
public final class BatchSizeOption {

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Inputs that go through the model together; by default as many as make good use of it.")
    private Integer batchSize;

    /** What is asked for; empty: as the task has it. */
    public OptionalInt value() {
        return TaskRun.optional(batchSize);
    }

    /** For pipelines' options, where 0 leaves it to them. */
    public int orDefault() {
        return batchSize == null ? 0 : batchSize;
    }

    /** How many texts are read together. */
    public int textsTogether() {
        return EveryInput.textsTogether(value());
    }
}
