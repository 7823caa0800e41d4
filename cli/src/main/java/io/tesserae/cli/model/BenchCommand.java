package io.tesserae.cli.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.hub.BundledModels;
import io.tesserae.cli.hub.HubOptions;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.option.Converters;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.cli.output.Json;
import io.tesserae.cli.output.OutputFormat;
import io.tesserae.engine.Engine;
import io.tesserae.model.CausalLanguageModel;
import io.tesserae.model.ImageBackbone;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.PictureSight;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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
        customSynopsis = "tesserae bench [OPTIONS]",
        description = {
            "",
            "Runs forward passes over random token ids, or over random pictures of the model's own size, first to",
            "warm up and then against the clock, and prints the median and the shortest time of a pass, and the",
            "pictures and tokens per second at the median. Of a model that takes pictures and texts, it is",
            "the half that looks at the pictures."
        },
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae bench",
            "  tesserae bench --model DIR --batch 8 --length 128",
            "  tesserae bench --model DIR --lengths '[5, 17, 128]' --threads 1 --output json"
        })
public final class BenchCommand implements Callable<Integer> {

    private static final int DEFAULT_LENGTH = 128;

    /** The compiler has done its work by then. Who measures for less warms up for less. */
    private static final double LONGEST_WARM_UP_SECONDS = 2;

    private static final int WARM_UP_PASSES = 3;
    private static final int MEASURED_PASSES = 5;
    private static final int MOST_MEASURED = 1_000_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            converter = ModelName.Converter.class,
            description = "A model on the hub, or the folder of a checkpoint; by default the one that comes along.")
    private ModelName model;

    @Mixin
    private HubOptions hubOptions;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Sequences or pictures in a batch; 1 by default.")
    private Integer batch;

    @Option(
            names = "--length",
            paramLabel = "N",
            converter = Converters.Count.class,
            description = "Tokens in each sequence; by default 128, or what the model takes. Not for pictures.")
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
            description = "How long to measure, at least; 2 by default.")
    private double seconds = 2;

    @Option(
            names = "--output",
            paramLabel = "text|json",
            converter = OutputFormat.TextOrJson.class,
            completionCandidates = OutputFormat.TextOrJson.class,
            description = "How to print the result: for people (the default), or as JSON.")
    private OutputFormat format = OutputFormat.TEXT;

    @Mixin
    private EngineOptions engineOptions;

    @Mixin
    private HelpOption help;

    private final Console console;

    public BenchCommand(Console console) {
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

    /**
     * What is measured.
     *
     * @param unit what a batch consists of
     * @param units how many of them
     * @param tokens of the batch
     * @param pass computes it once
     */
    private record Work(String unit, int units, int tokens, Runnable pass) {}

    @Override
    public Integer call() throws IOException {
        if (lengths != null && (batch != null || length != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--lengths says the whole shape; leave out --batch and --length");
        }
        ModelName named = hubOptions.applyTo(model);
        try (Engine engine = engineOptions.openEngine(console);
                LoadedModel loaded =
                        LoadedModel.load(named == null ? BundledModels.sentiment() : named.open(console), engine)) {
            Work work = switch (loaded) {
                case ArrayModel _, StreamingModel _ ->
                    throw new CommandException("bench measures models of texts and of pictures; this one takes numbers"
                            + " that nothing prepares");
                case TextModel text ->
                    tokenWork(text.backbone().maxLength(), text.backbone().vocabularySize(), text::forward);
                case CausalModel(CausalLanguageModel causal) ->
                    tokenWork(
                            causal.config().maxPositionEmbeddings(),
                            causal.config().vocabSize(),
                            tokens -> causal.forward(tokens, OutputOptions.RESULT_ONLY));
                case ImageModel image -> imageWork(image.backbone(), image::forward);
                case InterleavedModel(VisionLanguageModel mixed) -> interleavedWork(mixed);
                case PictureTextModel both ->
                    imageWork(
                            both.encoder(),
                            pictures -> both.encoder().forward(pictures, OutputOptions.RESULT_ONLY, false));
            };
            warmUp(work);
            print(measure(work), work, engine);
        }
        return 0;
    }

    private Work tokenWork(int longest, int vocabulary, Consumer<TokenBatch> pass) {
        TokenBatch tokens = randomBatch(lengths == null ? uniform(longest) : lengths.lengths(), longest, vocabulary);
        return new Work("sequences", tokens.sequences(), tokens.tokens(), () -> pass.accept(tokens));
    }

    /** Texts, each with one picture before its words. */
    private Work interleavedWork(VisionLanguageModel model) {
        int longest = model.config().maxPositionEmbeddings();
        int marks = model.imageToken().isPresent() ? model.tokensOfPicture() : 0;
        int[] shape = lengths == null ? uniform(longest - marks) : lengths.lengths();
        TokenBatch words = randomBatch(
                shape, longest - marks, model.imageToken().orElse(model.config().vocabSize()));
        int[][] ids = new int[shape.length][];
        int[][] first = new int[shape.length][];
        int[][] end = new int[shape.length][];
        for (int text = 0; text < shape.length; text++) {
            ids[text] = new int[marks + shape[text]];
            Arrays.fill(ids[text], 0, marks, model.imageToken().orElse(0));
            System.arraycopy(words.inputIds(), words.sequenceStarts()[text], ids[text], marks, shape[text]);
            first[text] = new int[ids[text].length];
            end[text] = new int[ids[text].length];
            Arrays.fill(end[text], 1);
        }
        int size = model.imageSize();
        Tensor pixels = randomPixels(shape.length, 3, size, size);
        int[] starts = new int[shape.length + 1];
        Arrays.setAll(starts, text -> text);
        Optional<PictureSight> sight =
                model.needsSight() ? Optional.of(new PictureSight(first, end)) : Optional.empty();
        InterleavedBatch interleaved =
                InterleavedBatch.of(TokenBatch.of(ids), Optional.of(ImageBatch.of(pixels)), starts, sight);
        return new Work(
                "sequences",
                shape.length,
                interleaved.texts().tokens(),
                () -> model.forward(interleaved, OutputOptions.RESULT_ONLY));
    }

    private Work imageWork(ImageBackbone backbone, Consumer<ImageBatch> pass) {
        if (length != null || lengths != null) {
            throw new CommandException((length != null ? "--length" : "--lengths")
                    + " is for models of texts; this one takes pictures, of its own size: leave it out");
        }
        ImageBatch pictures = randomPictures(backbone);
        int tokens = pictures.images() * backbone.tokens();
        return new Work("images", pictures.images(), tokens, () -> pass.accept(pictures));
    }

    private ImageBatch randomPictures(ImageBackbone backbone) {
        int images = batch == null ? 1 : batch;
        long size = (long) backbone.channels() * backbone.imageHeight() * backbone.imageWidth();
        if (images * size > Integer.MAX_VALUE / 64) {
            throw new CommandException("a batch of " + images + " pictures of " + backbone.imageHeight() + " x "
                    + backbone.imageWidth() + " pixels is too large");
        }
        return ImageBatch.of(randomPixels(images, backbone.channels(), backbone.imageHeight(), backbone.imageWidth()));
    }

    private static Tensor randomPixels(int... shape) {
        SplittableRandom random = new SplittableRandom(1);
        Tensor pixelValues = Tensor.zeros(shape);
        for (int i = 0; i < pixelValues.size(); i++) {
            pixelValues.data()[i] = (float) random.nextDouble(-1, 1);
        }
        return pixelValues;
    }

    private int[] uniform(int longest) {
        int[] shape = new int[batch == null ? 1 : batch];
        Arrays.fill(shape, length == null ? Math.min(DEFAULT_LENGTH, longest) : length);
        return shape;
    }

    private static TokenBatch randomBatch(int[] shape, int longest, int vocabulary) {
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
            inputIds[s] = random.ints(shape[s], 0, vocabulary).toArray();
        }
        return TokenBatch.of(inputIds);
    }

    private void warmUp(Work work) {
        long end = System.nanoTime() + (long) (Math.min(seconds, LONGEST_WARM_UP_SECONDS) * 1e9);
        for (int pass = 0; pass < WARM_UP_PASSES || System.nanoTime() < end; pass++) {
            work.pass().run();
        }
    }

    /** The times of all passes in nanoseconds, shortest first. */
    private long[] measure(Work work) {
        LongStream.Builder times = LongStream.builder();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (int pass = 0; pass < MEASURED_PASSES || pass < MOST_MEASURED && System.nanoTime() < end; pass++) {
            long begin = System.nanoTime();
            work.pass().run();
            times.add(System.nanoTime() - begin);
        }
        return times.build().sorted().toArray();
    }

    private void print(long[] times, Work work, Engine engine) {
        int middle = times.length / 2;
        double median = (times.length % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2.0) / 1e6;
        double least = times[0] / 1e6;
        double unitsPerSecond = work.units() / median * 1e3;
        double tokensPerSecond = work.tokens() / median * 1e3;
        boolean images = work.unit().equals("images");
        if (format == OutputFormat.JSON) {
            Json json = new Json()
                    .raw("{")
                    .name("median_ms")
                    .number(rounded(median))
                    .name("min_ms")
                    .number(rounded(least));
            if (images) {
                json.name("images_per_s").number(rounded(unitsPerSecond));
            }
            console.out()
                    .line(json.name("tokens_per_s")
                            .number(rounded(tokensPerSecond))
                            .name(work.unit())
                            .raw(Integer.toString(work.units()))
                            .name("tokens")
                            .raw(Integer.toString(work.tokens()))
                            .name("threads")
                            .raw(Integer.toString(engine.threads()))
                            .name("kernels")
                            .string(engine.description())
                            .name("runs")
                            .raw(Integer.toString(times.length))
                            .raw("}")
                            .toString());
        } else {
            console.out()
                    .line(String.format(
                            Locale.ROOT,
                            "median %.2f ms, shortest %.2f ms, %s%,.0f tokens/s  (%d %s, %d tokens; %d threads, %s;"
                                    + " %d runs)",
                            median,
                            least,
                            images ? String.format(Locale.ROOT, "%,.2f images/s, ", unitsPerSecond) : "",
                            tokensPerSecond,
                            work.units(),
                            work.unit(),
                            work.tokens(),
                            engine.threads(),
                            engine.description(),
                            times.length));
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
