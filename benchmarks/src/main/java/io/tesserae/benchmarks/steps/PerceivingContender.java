package io.tesserae.benchmarks.steps;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForMaskedLM;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Tesserae's half of {@code peers/perceiver.py}, which starts it: one forward pass for every line of its input, and says how many seconds
 * that took and how much memory the process has held at most, in MiB. Arguments: {@code picture} or {@code text}, its size (pixels a side;
 * tokens), the folder of the checkpoint, threads, warm-ups.
 */
public final class PerceivingContender {

    /** Ids from here on are no special tokens, neither of bytes nor, in what the peers make, of words. */
    private static final int FIRST_ID = 6;

    private static final int LAST_ID = 261;

    private PerceivingContender() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        int size = Integer.parseInt(arguments[1]);
        ModelFiles files = ModelFiles.directory(Path.of(arguments[2]));
        try (Engine engine =
                Engine.builder().threads(Integer.parseInt(arguments[3])).build()) {
            Runnable forward = arguments[0].equals("text") ? text(size, files, engine) : picture(size, files, engine);
            for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
                forward.run();
            }
            System.out.println("ready");
            var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (lines.readLine() != null) {
                long start = System.nanoTime();
                forward.run();
                System.out.println((System.nanoTime() - start) / 1e9 + " " + peakMebibytes());
            }
        }
    }

    private static Runnable picture(int side, ModelFiles files, Engine engine) {
        var model = AutoModelForImageClassification.fromPretrained(files, engine);
        Tensor pixelValues = Tensor.zeros(1, 3, side, side);
        Random random = new Random(1);
        for (int i = 0; i < pixelValues.size(); i++) {
            pixelValues.data()[i] = (float) random.nextGaussian();
        }
        ImageBatch batch = ImageBatch.of(pixelValues);
        return () -> model.forward(batch);
    }

    private static Runnable text(int tokens, ModelFiles files, Engine engine) {
        var model = AutoModelForMaskedLM.fromPretrained(files, engine);
        TokenBatch batch =
                TokenBatch.of(new Random(1).ints(tokens, FIRST_ID, LAST_ID + 1).toArray());
        return () -> model.forward(batch);
    }

    /** What the operating system says of this process; -1 where it says nothing of that kind. */
    private static long peakMebibytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }
}
