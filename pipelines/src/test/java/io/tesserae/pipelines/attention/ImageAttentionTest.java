package io.tesserae.pipelines.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The mathematics: against the original formulas, computed with PyTorch, and what must always hold. */
class ImageAttentionTest {

    private static final float[][] CLASS_TOKEN = {
        {0.3628f, 0.0498f, 0.0018f, 0.0018f, 0.4731f, 0.0153f, 0.0188f, 0.0026f, 0.0411f, 0.0222f, 0.003f, 0.0076f},
        {0.0436f, 0.0053f, 0.0041f, 0.0031f, 0.6407f, 0.0619f, 0.006f, 0.0023f, 0.1772f, 0.0153f, 0.0404f, 0.0003f},
        {0.277f, 0.03f, 0.1208f, 0.0077f, 0.0053f, 0.0595f, 0.0369f, 0.0064f, 0.0171f, 0.2219f, 0.0622f, 0.155f},
    };

    /** DINO's visualize_attention.py on {@link #CLASS_TOKEN}. */
    @Test
    void masksAreThoseOfDino() {
        assertMasks(0.6, "x...x.......", "....x.......", "x........x.x");
        assertMasks(0.9, "xx..x...x...", "x...xx..x...", "x.x..xx..xxx");
        assertMasks(0.25, "....x.......", "....x.......", "x...........");
    }

    private static void assertMasks(double mass, String... expected) {
        for (int head = 0; head < expected.length; head++) {
            PatchMask mask = new Heatmap(3, 4, CLASS_TOKEN[head]).mask(mass);
            StringBuilder found = new StringBuilder();
            for (boolean kept : mask.kept()) {
                found.append(kept ? 'x' : '.');
            }
            assertEquals(expected[head], found.toString(), "head " + head + ", mass " + mass);
        }
    }

    /** Three layers of two heads and four tokens; the product of all layers in float64, its first row. */
    @Test
    void rolloutIsTheProductOfAllLayers() {
        float[] values = {
            0.38f, 0.38f, 0.10f, 0.14f, 0.48f, 0.30f, 0.09f, 0.13f, 0.22f, 0.17f, 0.29f, 0.32f, 0.75f, 0.11f, 0.12f,
                    0.02f,
            0.37f, 0.42f, 0.10f, 0.11f, 0.29f, 0.06f, 0.04f, 0.61f, 0.02f, 0.10f, 0.75f, 0.13f, 0.37f, 0.24f, 0.38f,
                    0.01f,
            0.25f, 0.16f, 0.45f, 0.14f, 0.14f, 0.11f, 0.38f, 0.37f, 0.60f, 0.08f, 0.15f, 0.17f, 0.57f, 0.25f, 0.12f,
                    0.06f,
            0.12f, 0.22f, 0.22f, 0.44f, 0.45f, 0.07f, 0.14f, 0.34f, 0.19f, 0.26f, 0.37f, 0.18f, 0.37f, 0.34f, 0.18f,
                    0.11f,
            0.25f, 0.64f, 0.05f, 0.06f, 0.27f, 0.06f, 0.49f, 0.18f, 0.42f, 0.22f, 0.06f, 0.30f, 0.31f, 0.16f, 0.34f,
                    0.19f,
            0.33f, 0.52f, 0.12f, 0.03f, 0.08f, 0.52f, 0.08f, 0.32f, 0.11f, 0.05f, 0.09f, 0.75f, 0.13f, 0.22f, 0.18f,
                    0.47f,
        };
        List<Tensor> layers = List.of(
                Tensor.of(Arrays.copyOfRange(values, 0, 32), 2, 4, 4),
                Tensor.of(Arrays.copyOfRange(values, 32, 64), 2, 4, 4),
                Tensor.of(Arrays.copyOfRange(values, 64, 96), 2, 4, 4));
        RgbImage picture = RandomAttention.grey(4, 4, 0);
        Region all = new Region(0, 0, 4, 4);
        assertArrayEquals(
                new float[] {0.24705437f, 0.18179189f, 0.17053802f},
                new ImageAttention(picture, all, 1, 3, 1, layers).rollout().values(),
                1e-6f);
        // The second token may be no patch.
        assertArrayEquals(
                new float[] {0.18179189f, 0.17053802f},
                new ImageAttention(picture, all, 2, 1, 2, layers).rollout().values(),
                1e-6f);
    }

    @Test
    void theClassTokensRowIsCutIntoRowsOfPatches() {
        ImageAttention attention = RandomAttention.picture(1, 2, 3, 2, 5, 2);
        Heatmap map = attention.classToken(1, 2);
        assertEquals(2, map.rows());
        assertEquals(5, map.columns());
        assertEquals(attention.layers().get(1).get(2, 0, 2 + 5 + 3), map.get(1, 3));
        double mean = 0;
        for (int head = 0; head < 3; head++) {
            mean += attention.classToken(1, head).get(1, 3) / 3.0;
        }
        assertEquals(mean, attention.classToken(1).get(1, 3), 1e-7);
    }

    @Property(tries = 60)
    void aMaskKeepsAtLeastItsMassAndNoPatchTooMany(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int rows,
            @ForAll @IntRange(min = 1, max = 6) int columns,
            @ForAll @DoubleRange(min = 0.01, max = 1) double mass) {
        ImageAttention attention = RandomAttention.picture(seed, 1, 1, rows, columns, 1);
        Heatmap map = attention.classToken(0, 0);
        PatchMask mask = attention.mask(0, 0, mass);
        double kept = 0;
        float least = Float.MAX_VALUE;
        float mostOfOthers = 0;
        for (int patch = 0; patch < rows * columns; patch++) {
            float value = map.values()[patch];
            if (mask.kept()[patch]) {
                kept += value;
                least = Math.min(least, value);
            } else {
                mostOfOthers = Math.max(mostOfOthers, value);
            }
        }
        assertTrue(mask.count() > 0);
        assertTrue(kept >= (mass - 1e-9) * map.mass(), kept + " of " + map.mass());
        assertTrue(kept - least <= (mass + 1e-9) * map.mass(), "one patch fewer would have done");
        assertTrue(least >= mostOfOthers);
    }

    @Property(tries = 30)
    void rolloutIsAShareOfTheWhole(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int layers,
            @ForAll @IntRange(min = 1, max = 3) int prefix) {
        Heatmap rollout = RandomAttention.picture(seed, layers, 2, 3, 4, prefix).rollout();
        assertTrue(rollout.mass() > 0 && rollout.mass() <= 1 + 1e-6, "sum " + rollout.mass());
    }

    @Test
    void evenAttentionGivesEvenMaps() {
        int length = 13;
        float[] even = new float[length * length];
        Arrays.fill(even, 1f / length);
        ImageAttention attention = new ImageAttention(
                RandomAttention.grey(8, 6, 9),
                new Region(0, 0, 8, 6),
                3,
                4,
                1,
                List.of(Tensor.of(even, 1, length, length), Tensor.of(even, 1, length, length)));
        for (Heatmap map : List.of(attention.classToken(0), attention.rollout())) {
            assertEquals(map.min(), map.max(), 1e-8f);
        }
    }

    @Test
    void whatIsNoAttentionIsRefused() {
        Tensor layer = RandomAttention.layer(1, 2, 5);
        refused(() -> image(2, 2, 1, layer, RandomAttention.layer(1, 3, 5)), "layers[1]", "[heads, 5, 5]");
        refused(() -> image(2, 3, 1, layer), "[heads, 7, 7]", "Tensor[2, 5, 5]");
        refused(() -> image(2, 2, 0, layer), "prefixTokens");
        refused(() -> image(0, 2, 1, layer), "0 x 2");
        refused(() -> image(1 << 16, 1 << 16, 1, layer), "too large");
        refused(() -> image(2, 2, 1), "found none");
        for (float wrong : new float[] {Float.NaN, -0.1f, 7, Float.POSITIVE_INFINITY}) {
            Tensor damaged = layer.copy();
            damaged.data()[32] = wrong;
            refused(() -> image(2, 2, 1, damaged), "layers[0], head 1, token 1");
        }
        for (Region region : List.of(
                new Region(0, 0, 0, 4),
                new Region(4, 0, 1, 1),
                new Region(-2, 0, 2, 2),
                new Region(0, 0, Double.NaN, 1),
                new Region(0, 0, Double.POSITIVE_INFINITY, 1))) {
            refused(
                    () -> new ImageAttention(RandomAttention.grey(4, 4, 0), region, 2, 2, 1, List.of(layer)),
                    "seen",
                    "4 x 4");
        }
        refused(() -> image(2, 2, 1, layer).mask(0, 0, 0), "mass", "0.0");
        refused(() -> image(2, 2, 1, layer).mask(0, 0, 1.01), "mass");
        refused(() -> new TextAttention(List.of("a"), List.of(layer)), "1 tokens");
        refused(() -> new TextAttention(List.of(), List.of(layer)), "tokens");
        refused(() -> new Heatmap(1, 2, new float[] {0, Float.NaN}), "NaN", "column 1");
        assertThrows(
                IndexOutOfBoundsException.class, () -> image(2, 2, 1, layer).classToken(0, 2));
        assertThrows(
                IndexOutOfBoundsException.class, () -> image(2, 2, 1, layer).classToken(1, 0));
        assertEquals(0, new Heatmap(1, 2, new float[2]).mask(0.6).count());
    }

    private static ImageAttention image(int rows, int columns, int prefixTokens, Tensor... layers) {
        return new ImageAttention(
                RandomAttention.grey(4, 4, 0), new Region(0, 0, 4, 4), rows, columns, prefixTokens, List.of(layers));
    }

    private static void refused(Executable call, String... fragments) {
        var error = assertThrows(IllegalArgumentException.class, call);
        for (String fragment : fragments) {
            assertTrue(error.getMessage().contains(fragment), fragment + " is not in: " + error.getMessage());
        }
    }
}
