package io.tesserae.benchmarks.steps;

import io.tesserae.engine.Engine;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.generation.Generator;
import io.tesserae.loaders.AutoModelForCausalLM;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.DecoderState;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Tesserae's half of {@code peers/writing.py} and {@code peers/mixed.py}, which start it: writes once for every line of its input, and says
 * how many seconds that took. Arguments: the workload, the folder of the checkpoint, threads.
 */
public final class WritingContender {

    private static final int WARM_UPS = 3;
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
        try (Engine engine =
                Engine.builder().threads(Integer.parseInt(arguments[2])).build()) {
            Runnable write = switch (arguments[0]) {
                case "blip" -> captioning(checkpoint, engine, 1);
                case "blip-beams" -> captioning(checkpoint, engine, 3);
                case "gpt2" -> continuing(checkpoint, engine, 100, 32);
                case "gpt2-batch" -> continuing(checkpoint, engine, 50, MIXED);
                case "llama" -> continuing(checkpoint, engine, 64, 64);
                default -> throw new IllegalArgumentException("no workload " + arguments[0]);
            };
            for (int i = 0; i < WARM_UPS; i++) {
                write.run();
            }
            System.out.println("ready");
            var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (lines.readLine() != null) {
                long start = System.nanoTime();
                write.run();
                System.out.println((System.nanoTime() - start) / 1e9);
            }
        }
    }

    private static Runnable captioning(Path checkpoint, Engine engine, int beams) {
        var model = AutoModelForImageTextToText.fromPretrained(ModelFiles.directory(checkpoint), engine);
        Tensor pixelValues = Tensor.zeros(1, 3, 384, 384);
        Random random = new Random(1);
        for (int i = 0; i < pixelValues.size(); i++) {
            pixelValues.data()[i] = (float) random.nextGaussian();
        }
        ImageBatch picture = ImageBatch.of(pixelValues);
        GenerationConfig config = tokens(20)
                .with(GenerationOption.NUM_BEAMS, beams)
                .with(GenerationOption.EOS_TOKEN_ID, List.of(END_OF_CAPTIONS));
        return () -> {
            try (DecoderState state = model.captioner().newState(picture, false)) {
                new Generator(config).generate(state, new int[][] {{START_OF_CAPTIONS}}, 0);
            }
        };
    }

    private static Runnable continuing(Path checkpoint, Engine engine, int newTokens, int... lengths) {
        var model = AutoModelForCausalLM.fromPretrained(ModelFiles.directory(checkpoint), engine);
        Random random = new Random(1);
        int[][] prompts = Arrays.stream(lengths)
                .mapToObj(length -> random.ints(length, 3, VOCABULARY).toArray())
                .toArray(int[][]::new);
        GenerationConfig config = tokens(newTokens);
        return () -> {
            try (DecoderState state = model.languageModel().newState(prompts.length)) {
                new Generator(config).generate(state, prompts, 0);
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
