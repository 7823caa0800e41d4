package io.tesserae.benchmarks;

import java.io.IOException;

/** What {@code java -jar benchmarks.jar} starts: JMH, with its own options. A module's main class has to lie in the module. */
public final class Benchmarks {

    private Benchmarks() {}

    /** Hands over to JMH; {@code -l} lists the benchmarks, {@code -h} the options. */
    public static void main(String[] arguments) throws IOException {
        org.openjdk.jmh.Main.main(arguments);
    }
}
