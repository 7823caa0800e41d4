package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RotaryEmbeddingTest {

    private static final Engine ENGINE = Engine.builder().threads(2).build();

    /** transformers' {@code apply_rotary_pos_emb} of Llama, at positions 3 and 7. */
    @Test
    void halvesAreLlamas() {
        float[] x = {0.25f, 0.5f, 0.75f, 1f, 1.25f, 1.5f, 1.75f, 2f, 2.25f, 2.5f, 2.75f, 3f};
        rotate(RotaryEmbedding.of(6, 10_000, RotaryEmbedding.Layout.HALVES), x, 6, 1, 3, 7);
        assertArrayEquals(
                new float[] {
                    -0.3886181f,
                    0.32166272f,
                    0.7402895f,
                    -0.9547125f,
                    1.3072999f,
                    1.5048162f,
                    -0.32313764f,
                    1.0174905f,
                    2.2045028f,
                    3.034482f,
                    3.2445667f,
                    3.0335898f
                },
                x,
                1e-6f);
    }

    /** transformers' {@code apply_rotary_pos_emb} of GPT-J, for 4 of 6 channels, at positions 3 and 7. */
    @Test
    void interleavedIsGptJs() {
        float[] x = {0.25f, 0.5f, 0.75f, 1f, 1.25f, 1.5f, 1.75f, 2f, 2.25f, 2.5f, 2.75f, 3f};
        rotate(RotaryEmbedding.of(4, 10_000, RotaryEmbedding.Layout.INTERLEAVED), x, 6, 1, 3, 7);
        assertArrayEquals(
                new float[] {
                    -0.31805813f,
                    -0.45971626f,
                    0.719667f,
                    1.0220467f,
                    1.25f,
                    1.5f,
                    0.0053557158f,
                    2.657531f,
                    2.0696328f,
                    2.6512489f,
                    2.75f,
                    3f
                },
                x,
                1e-6f);
    }

    /** What rotary embedding is for: a product of two turned rows depends on how far apart they are, and on nothing else. */
    @Property(tries = 100)
    void productsDependOnTheDistanceAlone(
            @ForAll RotaryEmbedding.Layout layout,
            @ForAll @IntRange(min = 0, max = 900) int from,
            @ForAll @IntRange(min = 0, max = 100) int distance,
            @ForAll @IntRange(min = 1, max = 20) int pairs) {
        RotaryEmbedding rotary = RotaryEmbedding.of(2 * pairs, 10_000, layout);
        double near = product(rotary, pairs, 0, distance);
        assertEquals(near, product(rotary, pairs, from, from + distance), 1e-4 * pairs);
    }

    private static double product(RotaryEmbedding rotary, int pairs, int first, int second) {
        int channels = 2 * pairs;
        float[] x = new float[2 * channels];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i + 1);
        }
        rotate(rotary, x, channels, 1, first, second);
        double product = 0;
        for (int i = 0; i < channels; i++) {
            product += (double) x[i] * x[channels + i];
        }
        return product;
    }

    @Test
    void everyHeadIsTurnedAlike() {
        int headSize = 10;
        RotaryEmbedding rotary = RotaryEmbedding.of(8, 100, RotaryEmbedding.Layout.HALVES);
        float[] x = new float[3 * 2 * headSize]; // [heads, tokens, headSize]
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.cos(i % (2 * headSize));
        }
        rotate(rotary, x, headSize, 2, 4, 1);
        float[] head = Arrays.copyOf(x, 2 * headSize);
        assertArrayEquals(head, Arrays.copyOfRange(x, 2 * headSize, 4 * headSize));
        for (int i = 0; i < 2 * headSize; i++) {
            assertEquals((float) Math.cos(i), x[4 * headSize + i], "the third head was not asked for");
        }
    }

    @Test
    void positionZeroIsLeftAsItIs() {
        float[] x = {1, 2, 3, 4};
        rotate(RotaryEmbedding.of(4, 10_000, RotaryEmbedding.Layout.HALVES), x, 4, 1, 0);
        assertArrayEquals(new float[] {1, 2, 3, 4}, x);
    }

    /** What a text of 131,072 tokens needs: angles that are rounded where the reference rounds them. */
    @Test
    void farPositionsAreTheReferences() {
        float[] x = {0.25f, 0.5f, 0.75f, 1f};
        rotate(RotaryEmbedding.of(4, 500_000, RotaryEmbedding.Layout.HALVES), x, 4, 1, 100_003);
        float angle = 100_003 * (1f / (float) Math.pow(500_000f, 0.5f));
        assertEquals(0.5 * Math.cos(angle) - Math.sin(angle), x[1], 1e-6);
        assertEquals(0.5 * Math.sin(angle) + Math.cos(angle), x[3], 1e-6);
    }

    @Test
    void whatItCannotTurnIsRefused() {
        RotaryEmbedding rotary = RotaryEmbedding.of(4, 10_000, RotaryEmbedding.Layout.HALVES);
        float[] x = new float[8];
        assertThrows(IllegalArgumentException.class, () -> rotate(rotary, x, 2, 1, 0));
        RotaryEmbedding.Layout halves = RotaryEmbedding.Layout.HALVES;
        assertThrows(IllegalArgumentException.class, () -> RotaryEmbedding.of(3, 10_000, halves));
        assertThrows(IllegalArgumentException.class, () -> RotaryEmbedding.of(4, 0, halves));
        assertThrows(IllegalArgumentException.class, () -> RotaryEmbedding.of(4, Double.NaN, halves));
    }

    private static void rotate(RotaryEmbedding rotary, float[] x, int headSize, int heads, int... positions) {
        try (Workspace workspace = ENGINE.machine().workspace();
                Frame frame = workspace.frame()) {
            MatrixView view = new MatrixView(x, 0, headSize, headSize, positions.length * headSize);
            rotary.at(frame, positions)
                    .forward(
                            workspace,
                            view,
                            heads,
                            IntStream.range(0, positions.length).toArray());
        }
    }
}
