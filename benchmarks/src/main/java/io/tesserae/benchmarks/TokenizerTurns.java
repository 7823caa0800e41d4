package io.tesserae.benchmarks;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Encodes texts on one thread whenever a line comes from standard input, and prints the processor time it took: {@code peers/tokenizer_turns.py} starts
 * it, and takes turns with it.
 */
public final class TokenizerTurns {

    private TokenizerTurns() {}

    /**
     * Runs until there are no more lines.
     *
     * @param arguments a folder with a tokenizer, a file of texts, one a line, and the seconds of a turn
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(Path.of(arguments[0]));
        List<String> texts = Files.readAllLines(Path.of(arguments[1]));
        double seconds = Double.parseDouble(arguments[2]);
        long tokens = encodeAll(tokenizer, texts);
        System.out.println(tokens);
        BufferedReader turns = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (turns.readLine() != null) {
            System.out.println(turn(tokenizer, texts, seconds));
        }
    }

    /** Microseconds of one run over all texts, the collector's and the compiler's included: the mean of as many runs as fit. */
    private static double turn(Tokenizer tokenizer, List<String> texts, double seconds) {
        Duration before = processorTime();
        long begin = System.nanoTime();
        int runs = 0;
        long tokens = 0;
        while (runs == 0 || System.nanoTime() - begin < seconds * 1e9) {
            tokens += encodeAll(tokenizer, texts);
            runs++;
        }
        if (tokens < 0) { // so that nothing is left out as unused
            throw new IllegalStateException("no tokens");
        }
        return processorTime().minus(before).toNanos() / 1e3 / runs;
    }

    /** Of all threads: other programs' turns do not count. */
    private static Duration processorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static long encodeAll(Tokenizer tokenizer, List<String> texts) {
        long tokens = 0;
        for (String text : texts) {
            tokens += tokenizer.encode(text).size();
        }
        return tokens;
    }
}
