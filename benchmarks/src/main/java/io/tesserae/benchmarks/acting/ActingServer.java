package io.tesserae.benchmarks.acting;

import com.google.gson.Gson;
import io.tesserae.benchmarks.Timing;
import io.tesserae.model.episode.Generalist;
import io.tesserae.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.DoubleSupplier;

/**
 * Takes steps when another process says so, so that two engines can be timed in turns. A line is
 *
 * <pre>{@code
 * SURROUNDINGS AGENTS CONTEXT KEPT STEPS
 * }</pre>
 *
 * <p>or begins with {@code encode}, for pictures through the encoder alone. Who acts is there from one line to the next that is the same;
 * {@code close} forgets them all.
 *
 * @param encoder of the same weights as the model
 * @param gigabytes how many are read from memory in a second just now
 */
record ActingServer(Generalist model, FrameEncoding encoder, RandomJat.Sizes sizes, DoubleSupplier gigabytes) {

    private static final String ENCODE = "encode";

    /** What is answered; the keys are those of JSON. */
    record Answer(
            double seconds, double gigabytes_per_second, double weight_megabytes, int kept_tokens, float[] first) {}

    /** Answers all lines. */
    void serve(BufferedReader input, PrintStream output) throws IOException {
        Map<String, ActingAgents> open = new LinkedHashMap<>();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.equals("close")) {
                open.values().forEach(ActingAgents::close);
                open.clear();
            } else {
                output.println(new Gson().toJson(answer(line, open)));
            }
        }
    }

    private Answer answer(String line, Map<String, ActingAgents> open) {
        String[] words = line.split(" ");
        if (words.length != 5) {
            throw new IllegalArgumentException("expected five words, found " + line);
        }
        int[] numbers = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
        if (words[0].equals(ENCODE)) {
            return encode(numbers[0], numbers[3]);
        }
        Surroundings surroundings = Surroundings.valueOf(words[0].toUpperCase(Locale.ROOT));
        OptionalInt context = numbers[1] == 0 ? OptionalInt.empty() : OptionalInt.of(numbers[1]);
        ActingAgents agents = open.computeIfAbsent(
                line, _ -> ActingAgents.inTheMiddle(model, surroundings, numbers[0], context, numbers[2]));
        double seconds = Timing.median(agents.seconds(numbers[3]));
        return new Answer(
                seconds,
                gigabytes.getAsDouble(),
                surroundings.weightBytes(sizes) / 1e6,
                agents.keptTokens(),
                agents.predicted().getFirst().data());
    }

    private Answer encode(int count, int times) {
        Tensor pictures = FrameEncoding.pictures(count);
        double[] seconds = new double[times];
        Tensor encoded = encoder.encode(pictures);
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            encoded = encoder.encode(pictures);
            seconds[i] = (System.nanoTime() - start) * 1e-9;
        }
        float[] first = Arrays.copyOf(encoded.data(), encoded.dimension(1));
        return new Answer(Timing.median(seconds), gigabytes.getAsDouble(), 0, 0, first);
    }
}
