package io.tesserae.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A convolution beside its formula, on pictures that windows do not divide. */
class ConvolutionTest {

    private static final int CHANNELS = 2;
    private static final int OUT = 5;

    @Property(tries = 60)
    void everyWindowIsItsSum(
            @ForAll @IntRange(min = 1, max = 12) int height,
            @ForAll @IntRange(min = 1, max = 12) int width,
            @ForAll @IntRange(min = 1, max = 7) int size,
            @ForAll @IntRange(min = 1, max = 3) int stride,
            @ForAll @IntRange(min = 0, max = 3) int before,
            @ForAll @IntRange(min = 0, max = 3) int after) {
        Tensor kernel = random(1, OUT, CHANNELS, size, size);
        Tensor picture = random(2, CHANNELS, height, width);
        StateDict weights = StateDict.of(new TensorsInMemory().with("weight", kernel), "");
        try (Engine engine = Engine.builder().threads(1).build();
                Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            Convolution convolution = Convolution.load(
                    engine, weights, OUT, CHANNELS, new Convolution.Windows(size, stride, before, after));
            int down = windows(height, size, stride, before + after);
            int across = windows(width, size, stride, before + after);
            assertEquals(down, convolution.windows(height));
            assertEquals(across, convolution.windows(width));
            if (down == 0 || across == 0) {
                return;
            }
            Tensor out = convolution.forward(frame, picture);
            for (int window = 0; window < down * across; window++) {
                int top = window / across * stride - before;
                int left = window % across * stride - before;
                for (int channel = 0; channel < OUT; channel++) {
                    double expected = sum(kernel, channel, picture, top, left, size);
                    assertEquals(expected, out.data()[window * OUT + channel], 1e-5);
                }
            }
        }
    }

    private static int windows(int pixels, int size, int stride, int padding) {
        int count = 0;
        for (int at = 0; at + size <= pixels + padding; at += stride) {
            count++;
        }
        return count;
    }

    private static double sum(Tensor kernel, int out, Tensor picture, int top, int left, int size) {
        double sum = 0;
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    int row = top + y;
                    int column = left + x;
                    if (row >= 0 && row < picture.dimension(1) && column >= 0 && column < picture.dimension(2)) {
                        int at = (channel * picture.dimension(1) + row) * picture.dimension(2) + column;
                        int weight = ((out * CHANNELS + channel) * size + y) * size + x;
                        sum += (double) kernel.data()[weight] * picture.data()[at];
                    }
                }
            }
        }
        return sum;
    }

    private static Tensor random(long seed, int... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextDouble(-1, 1);
        }
        return tensor;
    }
}
