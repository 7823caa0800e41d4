package io.tesserae.pipelines.attention;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Attention as models make it, from a seed; and attention with a known place in it. */
final class RandomAttention {

    private RandomAttention() {}

    /** {@code [heads, length, length]}, each row a softmax of normal scores. */
    static Tensor layer(long seed, int heads, int length) {
        Random random = new Random(seed);
        float[] values = new float[heads * length * length];
        for (int row = 0; row < heads * length; row++) {
            double[] weights = random.doubles(length).map(x -> Math.exp(4 * x)).toArray();
            double sum = Arrays.stream(weights).sum();
            for (int i = 0; i < length; i++) {
                values[row * length + i] = (float) (weights[i] / sum);
            }
        }
        return Tensor.of(values, heads, length, length);
    }

    static ImageAttention picture(long seed, int layers, int heads, int rows, int columns, int prefixTokens) {
        int length = prefixTokens + rows * columns;
        return new ImageAttention(
                grey(20, 10, 128),
                new Region(0, 0, 20, 10),
                rows,
                columns,
                prefixTokens,
                IntStream.range(0, layers)
                        .mapToObj(layer -> layer(seed + layer, heads, length))
                        .toList());
    }

    /** One layer of one head, in which every token looks at one patch alone. */
    static ImageAttention lookingAt(int patch, RgbImage picture, Region seen, int rows, int columns) {
        int length = 1 + rows * columns;
        Tensor layer = Tensor.zeros(1, length, length);
        for (int row = 0; row < length; row++) {
            layer.data()[row * length + 1 + patch] = 1;
        }
        return new ImageAttention(picture, seen, rows, columns, 1, List.of(layer));
    }

    static RgbImage grey(int width, int height, int level) {
        byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
        Arrays.fill(pixels, (byte) level);
        return new RgbImage(width, height, pixels);
    }
}
