package io.tesserae.scenes;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes scenes to the standard output, for the training program. A scene is {@value #BYTES} bytes: its pixels [64, 64,
 * 3], for each of two things how many pixels it has in each patch [2, 8, 8], and the sentence in ASCII, filled up with
 * zeros.
 */
public final class DrawScenes {

    /** The side of a patch of the captioner, in pixels. */
    static final int PATCH = 8;

    private static final int ROW = Scene.SIDE / PATCH;
    private static final int SENTENCE = 128;
    private static final int BYTES = Scene.SIDE * Scene.SIDE * 3 + 2 * ROW * ROW + SENTENCE;

    private DrawScenes() {}

    /** Arguments: the seed, the number of the first scene, how many. */
    public static void main(String[] arguments) throws IOException {
        long seed = Long.parseLong(arguments[0]);
        long first = Long.parseLong(arguments[1]);
        long count = Long.parseLong(arguments[2]);
        try (OutputStream out = new BufferedOutputStream(new PrintStream(System.out, false), 1 << 20)) {
            for (long number = first; number < first + count; number++) {
                write(Scene.draw(seed, number), out);
            }
        }
    }

    private static void write(Scene scene, OutputStream out) throws IOException {
        out.write(scene.pixels());
        byte[] covered = new byte[2 * ROW * ROW];
        for (int thing = 0; thing < scene.things().size(); thing++) {
            for (int patch = 0; patch < ROW * ROW; patch++) {
                covered[thing * ROW * ROW + patch] =
                        (byte) scene.things().get(thing).covered(patch % ROW * PATCH, patch / ROW * PATCH, PATCH);
            }
        }
        out.write(covered);
        out.write(Arrays.copyOf(scene.sentence().text().getBytes(StandardCharsets.US_ASCII), SENTENCE));
    }
}
