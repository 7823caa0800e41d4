package io.tesserae.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.tesserae.kernel.Engine;
import io.tesserae.model.TokenBatch;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tesserae bench}: how fast a model is on this machine. */
@Command(
        sortOptions = false,
        name = "bench",
        header = {"Measure how fast a model runs.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae bench --model DIR [OPTIONS]",
        description = {
            "",
            "Runs forward passes over random token ids, first to warm up and then against the clock, and",
            "prints the median and the shortest time of a pass and the tokens per second at the median."
        },
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae bench --model DIR --batch 8 --length 128",
            "  tesserae bench --model DIR --lengths '[5, 17, 128]' --threads 1 --output json"
        })
final class BenchCommand implements Callable<Integer> {

    private static final int DEFAULT_LENGTH = 128;

    /** The compiler has done its work by then; long enough for the largest model to get one pass at least. */
    private static final long WARM_UP_NANOS = 2_000_000_000L;

    private static final int WARM_UP_PASSES = 3;
    private static final int MEASURED_PASSES = 5;
    private static final int MOST_MEASURED = 1_000_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "DIR", required = true, description = "The folder of a checkpoint.")
    private String model;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Sequences in a batch; 1 by default.")
    private Integer batch;

    @Option(
            names = "--length",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Tokens in each; 128 by default.")
    private Integer length;

    @Option(
            names = "--lengths",
            paramLabel = "[N, ...]",
            converter = Lengths.class,
            description = "A batch of sequences of these lengths, instead.")
    private Shape lengths;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            converter = Converters.Seconds.class,
            description = "How long to measure, at least; 5 by default.")
    private double seconds = 5;

    @Option(
            names = "--output",
            paramLabel = "text|json",
            converter = Converters.Format.class,
            description = "How to print the result: for people (the default), or as JSON.")
    private OutputFormat format = OutputFormat.TEXT;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private HelpOption help;

    private final Console console;

    BenchCommand(Console console) {
        this.console = console;
    }

    /** How long each sequence is: a type of its own, because an option of arrays is one that may be repeated. */
    private record Shape(int[] lengths) {}

    /** A JSON array of lengths. */
    static final class Lengths implements ITypeConverter<Shape> {
        @Override
        public Shape convert(String value) {
            try {
                if (JsonParser.parseString(value) instanceof JsonArray array && !array.isEmpty()) {
                    return new Shape(array.asList().stream()
                            .map(Lengths::requireNumber)
                            .mapToInt(number -> number.intValueExact())
                            .map(Lengths::requirePositive)
                            .toArray());
                }
            } catch (JsonParseException
                    | ArithmeticException
                    | UnsupportedOperationException
                    | IllegalStateException
                    | NumberFormatException e) {
                // Says the same as an array of something else.
            }
            throw Converters.expected("a JSON array of lengths, 1 or more each, as [5, 17]", value);
        }

        private static BigDecimal requireNumber(JsonElement element) {
            if (element instanceof JsonPrimitive number && number.isNumber()) {
                return number.getAsBigDecimal();
            }
            throw new ArithmeticException();
        }

        private static int requirePositive(int length) {
            if (length < 1) {
                throw new ArithmeticException();
            }
            return length;
        }
    }

    @Override
    public Integer call() throws IOException {
        if (lengths != null && (batch != null || length != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--lengths says the whole shape; leave out --batch and --length");
        }
        int[] shape = lengths == null ? uniform() : lengths.lengths();
        try (Engine engine = threads.openEngine();
                TextModel textModel = TextModel.load(Models.find(model), engine)) {
            TokenBatch tokens = randomBatch(shape, textModel);
            warmUp(textModel, tokens);
            print(measure(textModel, tokens), tokens, engine);
        }
        return 0;
    }

    private int[] uniform() {
        int[] shape = new int[batch == null ? 1 : batch];
        Arrays.fill(shape, length == null ? DEFAULT_LENGTH : length);
        return shape;
    }

    private static TokenBatch randomBatch(int[] shape, TextModel model) {
        int longest = model.encoder().maxLength();
        SplittableRandom random = new SplittableRandom(1);
        int[][] inputIds = new int[shape.length][];
        long total = 0;
        for (int s = 0; s < shape.length; s++) {
            if (shape[s] > longest) {
                throw new CommandException(
                        "a length of " + shape[s] + " is more than the " + longest + " positions of the model");
            }
            total += shape[s];
            if (total > Integer.MAX_VALUE / 64) {
                throw new CommandException("a batch of more than " + Integer.MAX_VALUE / 64 + " tokens is too large");
            }
            inputIds[s] =
                    random.ints(shape[s], 0, model.encoder().vocabularySize()).toArray();
        }
        return TokenBatch.of(inputIds);
    }

    private static void warmUp(TextModel model, TokenBatch tokens) {
        long end = System.nanoTime() + WARM_UP_NANOS;
        for (int pass = 0; pass < WARM_UP_PASSES || System.nanoTime() < end; pass++) {
            model.forward(tokens);
        }
    }

    /** The times of all passes in nanoseconds, shortest first. */
    private long[] measure(TextModel model, TokenBatch tokens) {
        LongStream.Builder times = LongStream.builder();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (int pass = 0; pass < MEASURED_PASSES || pass < MOST_MEASURED && System.nanoTime() < end; pass++) {
            long begin = System.nanoTime();
            model.forward(tokens);
            times.add(System.nanoTime() - begin);
        }
        return times.build().sorted().toArray();
    }

    private void print(long[] times, TokenBatch tokens, Engine engine) {
        int middle = times.length / 2;
        double median = (times.length % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2.0) / 1e6;
        double least = times[0] / 1e6;
        double perSecond = tokens.tokens() / median * 1e3;
        if (format == OutputFormat.JSON) {
            console.out()
                    .line(new Json()
                            .raw("{")
                            .name("median_ms")
                            .number(rounded(median))
                            .name("min_ms")
                            .number(rounded(least))
                            .name("tokens_per_s")
                            .number(rounded(perSecond))
                            .name("sequences")
                            .raw(Integer.toString(tokens.sequences()))
                            .name("tokens")
                            .raw(Integer.toString(tokens.tokens()))
                            .name("threads")
                            .raw(Integer.toString(engine.workers().threads()))
                            .name("kernels")
                            .string(engine.kernels().description())
                            .name("runs")
                            .raw(Integer.toString(times.length))
                            .raw("}")
                            .toString());
        } else {
            console.out()
                    .line(String.format(
                            Locale.ROOT,
                            "median %.2f ms, shortest %.2f ms, %,.0f tokens/s  (%d sequences, %d tokens; %d threads, %s;"
                                    + " %d runs)",
                            median,
                            least,
                            perSecond,
                            tokens.sequences(),
                            tokens.tokens(),
                            engine.workers().threads(),
                            engine.kernels().description(),
                            times.length));
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
