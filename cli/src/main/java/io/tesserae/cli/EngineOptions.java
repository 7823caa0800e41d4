package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.tensor.Precision;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --threads} and {@code --weights}, and the engine that has them. */
final class EngineOptions {

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = Converters.Threads.class,
            description =
                    "Threads that share the work; by default one for each processor. Results do not depend on it.")
    private Integer threads;

    @Option(
            names = "--weights",
            paramLabel = "PRECISION",
            converter = Converters.WeightPrecision.class,
            completionCandidates = Converters.WeightPrecision.class,
            description =
                    "float16 or bfloat16: round float32 weights to it when they are loaded, for half of the memory. Answers"
                            + " then differ a little. By default, float32, nothing is rounded; weights stored with 16 bits"
                            + " stay as they are.")
    private Precision weights;

    Engine openEngine(Console console) {
        Engine.Builder builder = Engine.builder();
        if (threads != null) {
            builder.threads(threads);
        }
        if (weights != null) {
            builder.weightPrecision(weights);
        }
        Engine engine = builder.build();
        console.detail(
                "kernels: %s; threads: %d; float32 weights are kept as %s",
                engine.description(),
                engine.threads(),
                engine.weightPrecision().name().toLowerCase(Locale.ROOT));
        return engine;
    }
}
