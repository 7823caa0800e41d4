package io.tesserae.cli;

import io.tesserae.kernel.Engine;
import picocli.CommandLine.Option;

/** {@code --threads}, and the engine that has them. */
final class ThreadsOption {

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = Converters.Threads.class,
            description =
                    "Threads that share the work; by default one for each processor. Results do not depend on it.")
    private Integer threads;

    Engine openEngine() {
        Engine.Builder builder = Engine.builder();
        return threads == null ? builder.build() : builder.threads(threads).build();
    }
}
