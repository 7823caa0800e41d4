package io.tesserae.benchmarks.steps;

import io.tesserae.benchmarks.MemoryBandwidth;
import io.tesserae.engine.Engine;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.generation.Generator;
import io.tesserae.generation.TokenListener;
import io.tesserae.loaders.AutoModelForCausalLM;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.AutoModelForMultimodalLM;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.DecoderState;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Tesserae's half of {@code peers/writing.py} and {@code peers/mixed.py}, which start it: writes once for every line of its input, and says
 * how many seconds that took; where all weights are read for one sequence, also the median of its steps, in milliseconds, and how many
 * gigabytes a second are read from memory just then. Arguments: the workload, the folder of the checkpoint, threads.
 */
public final class WritingContender {

    private static final int WARM_UPS = 3;

    /** For so long memory is read. */
    private static final double SECONDS = 0.2;

    private static final int END_OF_CAPTIONS = 102;
    private static final int START_OF_CAPTIONS = 30522;

    /** Prompts of a batch, in tokens; the other half has the same. */
    private static final int[] MIXED = {5, 9, 12, 17, 20, 24, 28, 32, 37, 41, 48, 56, 64, 77, 90, 120};

    /** Words that all of these models have. */
    private static final int VOCABULARY = 32000;

    private WritingContender() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        Path checkpoint = Path.of(arguments[1]);
        int threads = Integer.parseInt(arguments[2]);
        boolean stepByStep = arguments[0].equals("llama") || arguments[0].equals("smolvlm");
        MemoryBandwidth memory = new MemoryBandwidth(threads, stepByStep ? MemoryBandwidth.MEGABYTES : 0);
        StepClock clock = new StepClock();
        try (Engine engine = Engine.builder().threads(threads).build()) {
            Runnable write = switch (arguments[0]) {
                case "blip" -> captioning(checkpoint, engine, 1);
                case "blip-beams" -> captioning(checkpoint, engine, 3);
                case "gpt2" -> continuing(checkpoint, engine, TokenListener.NONE, 100, 32);
                case "gpt2-batch" -> continuing(checkpoint, engine, TokenListener.NONE, 50, MIXED);
                case "llama" -> continuing(checkpoint, engine, clock, 64, 64);
                case "smolvlm" -> describing(checkpoint, engine, clock);
                default -> throw new IllegalArgumentException("no workload " + arguments[0]);
            };
            for (int i = 0; i < WARM_UPS; i++) {
                write.run();
            }
            if (stepByStep) {
                clock.medianMilliseconds();
                memory.gigabytes(SECONDS);
            }
            System.out.println("ready");
            var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (lines.readLine() != null) {
                long start = System.nanoTime();
                write.run();
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.println(
                        stepByStep
                                ? seconds + " " + clock.medianMilliseconds() + " " + memory.gigabytes(SECONDS)
                                : Double.toString(seconds));
            }
        }
    }

    private static Runnable captioning(Path checkpoint, Engine engine, int beams) {
        var model = AutoModelForImageTextToText.fromPretrained(ModelFiles.directory(checkpoint), engine);
        ImageBatch picture = picture(384);
        GenerationConfig config = tokens(20)
                .with(GenerationOption.NUM_BEAMS, beams)
                .with(GenerationOption.EOS_TOKEN_ID, List.of(END_OF_CAPTIONS));
        return () -> {
            try (DecoderState state = model.captioner().newState(picture, false)) {
                new Generator(config).generate(state, new int[][] {{START_OF_CAPTIONS}}, 0);
            }
        };
    }

    /** 50 tokens about one picture that is not split: its marks, and a question of 8 tokens. */
    private static Runnable describing(Path checkpoint, Engine engine, TokenListener listener) {
        var model = AutoModelForMultimodalLM.fromPretrained(ModelFiles.directory(checkpoint), engine)
                .visionLanguageModel();
        int marks = model.tokensOfPicture();
        int[] prompt = new int[1 + marks + 8];
        Arrays.fill(prompt, 1, 1 + marks, model.imageToken().orElseThrow());
        prompt[0] = 1;
        Random random = new Random(1);
        for (int i = 1 + marks; i < prompt.length; i++) {
            prompt[i] = random.nextInt(3, VOCABULARY);
        }
        InterleavedBatch batch = InterleavedBatch.of(
                TokenBatch.of(prompt), Optional.of(picture(model.imageSize())), new int[] {0, 1}, Optional.empty());
        GenerationConfig config = tokens(50);
        return () -> {
            try (DecoderState state = model.newState(batch)) {
                new Generator(config).withListener(listener).generate(state, new int[][] {prompt}, 0);
            }
        };
    }

    private static ImageBatch picture(int side) {
        Tensor pixelValues = Tensor.zeros(1, 3, side, side);
        Random random = new Random(1);
        for (int i = 0; i < pixelValues.size(); i++) {
            pixelValues.data()[i] = (float) random.nextGaussian();
        }
        return ImageBatch.of(pixelValues);
    }

    private static Runnable continuing(
            Path checkpoint, Engine engine, TokenListener listener, int newTokens, int... lengths) {
        var model = AutoModelForCausalLM.fromPretrained(ModelFiles.directory(checkpoint), engine);
        Random random = new Random(1);
        int[][] prompts = Arrays.stream(lengths)
                .mapToObj(length -> random.ints(length, 3, VOCABULARY).toArray())
                .toArray(int[][]::new);
        GenerationConfig config = tokens(newTokens);
        return () -> {
            try (DecoderState state = model.languageModel().newState(prompts.length)) {
                new Generator(config).withListener(listener).generate(state, prompts, 0);
            }
        };
    }

    private static GenerationConfig tokens(int count) {
        return GenerationConfig.DEFAULTS
                .with(GenerationOption.MAX_NEW_TOKENS, count)
                .with(GenerationOption.MIN_NEW_TOKENS, count)
                .with(GenerationOption.PAD_TOKEN_ID, 0);
    }
}
