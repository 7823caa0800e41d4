package io.tesserae.training.tape;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.kernel.Draw;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/** What a parameter's values are before any training: transformers' {@code _init_weights}. */
public enum Initialization {
    /** A normal distribution about zero, with the configuration's {@code initializer_range} for a standard deviation. */
    NORMAL,
    /** Sines and cosines of positions, in turn: Vaswani et al., arXiv 1706.03762, section 3.5. Of matrices alone. */
    SINUSOIDS,
    /** All zeros: biases. */
    ZEROS,
    /** All ones: weights of norms. */
    ONES;

    /**
     * A new tensor. Its values depend on the seed, on the parameter's name and on its shape, and on no other parameter.
     *
     * @param range the standard deviation of {@link #NORMAL}
     */
    Tensor values(long seed, String name, float range, int... shape) {
        Tensor values = Tensor.zeros(shape);
        switch (this) {
            case NORMAL -> fillNormal(Draw.of(seed, 0, 0, siteOf(name)), range, values);
            case SINUSOIDS -> fillSinusoids(values);
            case ONES -> Arrays.fill(values.data(), 1f);
            case ZEROS -> {}
        }
        return values;
    }

    /**
     * Box and Muller, Annals of Mathematical Statistics 29, 1958; in double precision with {@link StrictMath}, whose bits are fixed. Each
     * pair of values depends on its place alone, so all processors share the work.
     */
    private static void fillNormal(Draw draw, float deviation, Tensor values) {
        float[] data = values.data();
        IntStream.range(0, Math.ceilDiv(values.size(), 2)).parallel().forEach(pair -> {
            int i = 2 * pair;
            double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - (double) draw.uniform(i)));
            double angle = 2 * StrictMath.PI * draw.uniform(i + 1);
            data[i] = (float) (deviation * radius * StrictMath.cos(angle));
            if (i + 1 < values.size()) {
                data[i + 1] = (float) (deviation * radius * StrictMath.sin(angle));
            }
        });
    }

    /** Row p, column j: the sine, of odd columns the cosine, of {@code p / 10000^(2 · ⌊j / 2⌋ / columns)}. */
    private static void fillSinusoids(Tensor values) {
        int columns = values.dimension(1);
        for (int i = 0; i < values.size(); i++) {
            int column = i % columns;
            double angle = i / columns / StrictMath.pow(10_000, 2.0 * (column / 2) / columns);
            values.data()[i] = (float) (column % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
        }
    }

    private static int siteOf(String name) {
        CRC32 digest = new CRC32();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) digest.getValue();
    }
}
