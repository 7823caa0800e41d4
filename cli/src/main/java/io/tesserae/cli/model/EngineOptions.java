package io.tesserae.cli.model;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.Choice;
import io.tesserae.cli.option.Converters;
import io.tesserae.engine.Engine;
import io.tesserae.tensor.Precision;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** {@code --threads} and {@code --weights}, and the engine that has them. */
public final class EngineOptions {

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = EngineOptions.ThreadCount.class,
            description =
                    "Threads that share the work; by default one for each processor. Results do not depend on it.")
    private Integer threads;

    @Option(
            names = "--weights",
            paramLabel = "PRECISION",
            converter = EngineOptions.WeightPrecision.class,
            completionCandidates = EngineOptions.WeightPrecision.class,
            description =
                    "float16 or bfloat16: round float32 weights to it when they are loaded, for half of the memory; or int8:"
                            + " round all, row by row, for a quarter. Answers then differ a little. By default, float32,"
                            + " nothing is rounded; weights stored with 16 bits stay as they are.")
    private Precision weights;

    public Engine openEngine(Console console) {
        Engine.Builder builder = Engine.builder();
        if (threads != null) {
            builder.threads(threads);
        }
        if (weights != null) {
            builder.weightPrecision(weights);
        }
        Engine engine = builder.build();
        console.detail(
                "kernels: %s; threads: %d; weights are rounded to %s",
                engine.description(),
                engine.threads(),
                engine.weightPrecision().name().toLowerCase(Locale.ROOT));
        return engine;
    }

    /** As many threads as a machine may have processors. */
    public static final class ThreadCount implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return Converters.parse(value, 1, 4096, "a whole number from 1 to 4096");
        }
    }

    /** What weights are rounded to, by its name in PyTorch. */
    static final class WeightPrecision extends Choice<Precision> {
        WeightPrecision() {
            super(List.of(Precision.values()));
        }
    }
}
