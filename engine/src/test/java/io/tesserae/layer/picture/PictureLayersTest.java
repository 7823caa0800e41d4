package io.tesserae.layer.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Convolution;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The layers beside PyTorch's results of small cases, beside their formulas, and beside themselves with other neighbours and threads. */
class PictureLayersTest {

    private static final Convolution.Windows HALVING = new Convolution.Windows(3, 2, 1, 1);
    private static final Convolution.Windows KEEPING = new Convolution.Windows(3, 1, 1, 1);
    private static final Convolution.Windows ONE_PIXEL = new Convolution.Windows(1, 1, 0, 0);

    private static final Engine ENGINE = Engine.builder().threads(2).build();
    private static final Engine SCALAR =
            Engine.builder().kernels(Kernels.scalar()).threads(1).build();

    private static final float[] CONVOLUTION = {
        0.4375f,
        -1.765625f,
        -0.5390625f,
        1.5078125f,
        0.6171875f,
        -1.140625f,
        0.40625f,
        -0.265625f,
        -0.984375f,
        1.4140625f,
        -1.3203125f,
        1.96875f,
        -0.703125f,
        -1.203125f,
        -0.6171875f,
        -2.8671875f,
        -1.8984375f,
        1.53125f,
        1.625f,
        2.21875f,
        1.953125f,
        -2.7109375f,
        -1.4765625f,
        -0.265625f
    };

    private static final float[] TRANSPOSED_CONVOLUTION = {
        0.734375f,
        0.953125f,
        -0.90625f,
        -0.8671875f,
        -0.2109375f,
        0.546875f,
        -1.8515625f,
        -0.9921875f,
        -1.015625f,
        2.1640625f,
        0.7578125f,
        -2.3984375f,
        -1.421875f,
        0.5859375f,
        1.0703125f,
        -1.4921875f,
        -0.4375f,
        -1.1171875f,
        0.2578125f,
        0.296875f,
        -1.3828125f,
        -0.8046875f,
        0.03125f,
        -0.125f,
        0.5078125f,
        -1.7109375f,
        -1.671875f,
        1.2734375f,
        0.8203125f,
        0.84375f,
        0.2578125f,
        -0.4765625f,
        0.7265625f,
        0.046875f,
        -0.9140625f,
        -1.0546875f,
        0.5f,
        -1.6171875f,
        1.1953125f,
        0.0234375f,
        -1.8515625f,
        0.546875f,
        -0.2109375f,
        -0.8671875f,
        -0.90625f,
        -0.3046875f,
        -2.3203125f,
        0.9609375f,
        0.234375f,
        -0.671875f,
        0.125f,
        0.7265625f,
        -0.1640625f,
        -1.46875f,
        -0.2734375f,
        0.5859375f,
        1.078125f,
        -3.8671875f,
        -0.7578125f,
        2.1640625f,
        0.28125f,
        2.0859375f,
        -0.8359375f,
        -2.0625f,
        0.15625f,
        0.7890625f,
        -0.1328125f,
        -1.40625f,
        -0.2421875f,
        0.7109375f,
        0.1875f,
        0.03125f,
        -0.6953125f,
        2.2890625f,
        0.34375f,
        2.2109375f,
        -0.7734375f,
        -3.796875f,
        -0.6328125f,
        1.453125f,
        -0.1015625f,
        -1.34375f,
        -0.2109375f,
        0.7734375f,
        0.21875f,
        0.9140625f,
        -0.0703125f,
        -1.2421875f,
        0.5859375f,
        0.7890625f,
        -0.3984375f,
        -2.15625f,
        0.59375f,
        1.1875f,
        0.8671875f,
        -0.3046875f,
        -0.265625f,
        1.859375f,
        1.15625f,
        -0.3515625f,
        -0.1171875f,
        0.671875f,
        1.3046875f,
        -1.1015625f,
        0.203125f,
        -0.9921875f,
        1.5859375f,
        1.9765625f,
        -0.984375f,
        -1.1640625f,
        1.1171875f,
        1.8203125f,
        0.75f,
        0.0234375f,
        -0.5234375f,
        1.046875f,
        0.8984375f,
        -0.4453125f,
        0.34375f,
        0.78125f,
        1.9609375f,
        1.5390625f,
        -0.609375f,
        -1.6015625f,
        1.4921875f,
        0.46875f,
        2.3359375f,
        1.0078125f,
        -0.9296875f,
        1.421875f,
        0.4921875f,
        -0.0703125f,
        -0.0625f,
        0.7734375f,
        -1.3359375f,
        1.9453125f,
        -0.2421875f,
        -1.34375f,
        0.3046875f,
        1.0078125f,
        0.3125f,
        0.3046875f,
        -0.3984375f,
        -1.5703125f
    };

    private static final float[] INSTANCE_NORM = {
        -1.4557947f,
        -0.41060874f,
        0.63457716f,
        1.6797631f,
        -0.70923328f,
        0.33595261f,
        1.3811386f,
        -1.0078578f,
        0.037328072f,
        1.0825139f,
        -1.3064824f,
        -0.26129648f,
        0.5298478f,
        1.5413755f,
        -0.77068776f,
        0.24083991f,
        1.2523676f,
        -1.0596956f,
        -0.048167981f,
        0.96335965f,
        -1.3487035f,
        -0.33717588f,
        0.67435175f,
        -1.6377114f
    };

    private static final float[] GROUP_NORM = {
        0.11023419f,
        -0.33648258f,
        -0.78319937f,
        -1.2299161f,
        -0.20884922f,
        -0.65556598f,
        -1.1022828f,
        -0.081215851f,
        -0.52793264f,
        -0.97464937f,
        0.046417512f,
        -0.40029925f,
        0.021854853f,
        -0.041961826f,
        0.10390487f,
        0.040088192f,
        -0.023728488f,
        0.1221382f,
        0.058321528f,
        -0.0054951515f,
        0.14037155f,
        0.076554865f,
        0.012738185f,
        0.15860488f
    };

    private static final float[] SQUEEZE_EXCITATION = {
        -0.69961298f,
        -0.2737616f,
        0.15208977f,
        0.57794112f,
        -0.3954334f,
        0.030417955f,
        0.45626932f,
        -0.51710522f,
        -0.091253862f,
        0.3345975f,
        -0.63877702f,
        -0.21292569f,
        0.21791777f,
        0.65375334f,
        -0.34244221f,
        0.093393333f,
        0.52922887f,
        -0.46696666f,
        -0.031131111f,
        0.40470445f,
        -0.5914911f,
        -0.15565556f,
        0.28018001f,
        -0.71601558f
    };
    /** From pictures to pictures. */
    private interface Layer {
        void forward(Workspace workspace, Tensor pictures, Tensor out);
    }

    /** The sums of these cases are exact, in any order. */
    @Example
    void convolutionsAreTorchs() {
        Tensor out = Tensor.zeros(2, 3, 2, 2);
        run(ENGINE, convolution(ENGINE, convolutionWeights(), 3, 2, HALVING), ramp(7, 23, 2, 2, 3, 4), out);
        assertArrayEquals(CONVOLUTION, out.data());
        Tensor larger = Tensor.zeros(1, 3, 6, 8);
        StateDict weights = weights(
                new TensorsInMemory().with("weight", ramp(5, 19, 2, 3, 3, 3)).with("bias", ramp(3, 7, 3)));
        run(ENGINE, TransposedConvolution.load(weights, 3, 2)::forward, ramp(7, 23, 1, 2, 3, 4), larger);
        assertArrayEquals(TRANSPOSED_CONVOLUTION, larger.data());
    }

    @Example
    void normsAndSqueezeExcitationAreTorchs() {
        Tensor x = ramp(7, 23, 1, 2, 3, 4);
        Tensor out = Tensor.zeros(1, 2, 3, 4);
        run(ENGINE, new InstanceNorm(1e-5f)::forward, x, out);
        assertArrayEquals(INSTANCE_NORM, out.data(), 1e-6f);
        StateDict weights =
                weights(new TensorsInMemory().with("weight", ramp(3, 7, 2)).with("bias", ramp(5, 9, 2)));
        run(ENGINE, GroupNorm.load(weights, 2, 1, 1e-5f)::forward, x, out);
        assertArrayEquals(GROUP_NORM, out.data(), 1e-6f);
        StateDict attention = weights(
                new TensorsInMemory().with("fc.0.weight", ramp(5, 9, 1, 2)).with("fc.2.weight", ramp(3, 7, 2, 1)));
        run(ENGINE, SqueezeExcitation.load(ENGINE, attention, 2, 1)::forward, x, out);
        assertArrayEquals(SQUEEZE_EXCITATION, out.data(), 1e-6f);
    }

    @Property(tries = 40)
    void everyConvolutionIsItsFormula(
            @ForAll @IntRange(min = 1, max = 5) int pictures,
            @ForAll @IntRange(min = 1, max = 20) int outChannels,
            @ForAll @IntRange(min = 1, max = 12) int height,
            @ForAll @IntRange(min = 1, max = 12) int width,
            @ForAll @IntRange(min = 0, max = 2) int which) {
        Convolution.Windows windows = new Convolution.Windows[] {HALVING, KEEPING, ONE_PIXEL}[which];
        Tensor kernel = random(1, outChannels, 3, windows.size(), windows.size());
        Tensor bias = random(2, outChannels);
        Tensor x = random(3, pictures, 3, height, width);
        StateDict weights = weights(new TensorsInMemory().with("weight", kernel).with("bias", bias));
        int down = (height - 1) / windows.stride() + 1;
        int across = (width - 1) / windows.stride() + 1;
        Tensor out = Tensor.zeros(pictures, outChannels, down, across);
        run(ENGINE, convolution(ENGINE, weights, outChannels, 3, windows), x, out);
        float[] expected = new float[out.size()];
        for (int i = 0; i < expected.length; i++) {
            int channel = i / (down * across) % outChannels;
            int top = i / across % down * windows.stride() - windows.before();
            int left = i % across * windows.stride() - windows.before();
            double sum = bias.data()[channel];
            for (int k = 0; k < 3 * windows.size() * windows.size(); k++) {
                int row = top + k / windows.size() % windows.size();
                int column = left + k % windows.size();
                if (row >= 0 && row < height && column >= 0 && column < width) {
                    int inChannel = k / (windows.size() * windows.size());
                    sum += (double) kernel.data()[channel * 3 * windows.size() * windows.size() + k]
                            * x.get(i / (outChannels * down * across), inChannel, row, column);
                }
            }
            expected[i] = (float) sum;
        }
        assertArrayEquals(expected, out.data(), 1e-5f);
    }

    @Property(tries = 40)
    void everyTransposedConvolutionIsItsFormula(
            @ForAll @IntRange(min = 1, max = 3) int pictures,
            @ForAll @IntRange(min = 1, max = 20) int channels,
            @ForAll @IntRange(min = 1, max = 5) int outChannels,
            @ForAll @IntRange(min = 1, max = 9) int height,
            @ForAll @IntRange(min = 1, max = 9) int width) {
        Tensor kernel = random(1, channels, outChannels, 3, 3);
        Tensor bias = random(2, outChannels);
        Tensor x = random(3, pictures, channels, height, width);
        StateDict weights = weights(new TensorsInMemory().with("weight", kernel).with("bias", bias));
        Tensor out = Tensor.zeros(pictures, outChannels, 2 * height, 2 * width);
        run(ENGINE, TransposedConvolution.load(weights, outChannels, channels)::forward, x, out);
        double[] sums = new double[out.size()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = bias.data()[i / (4 * height * width) % outChannels];
        }
        for (int i = 0; i < x.size() * outChannels * 9; i++) {
            int pixel = i / (outChannels * 9);
            int outChannel = i / 9 % outChannels;
            int row = 2 * (pixel / width % height) - 1 + i / 3 % 3;
            int column = 2 * (pixel % width) - 1 + i % 3;
            if (row >= 0 && row < 2 * height && column >= 0 && column < 2 * width) {
                int plane = pixel / (channels * height * width) * outChannels + outChannel;
                sums[(plane * 2 * height + row) * 2 * width + column] += (double) x.data()[pixel]
                        * kernel.get(pixel / (height * width) % channels, outChannel, i / 3 % 3, i % 3);
            }
        }
        float[] expected = new float[sums.length];
        for (int i = 0; i < sums.length; i++) {
            expected[i] = (float) sums[i];
        }
        assertArrayEquals(expected, out.data(), 1e-5f);
    }

    /** More windows than are unfolded at a time, and more channels than are put in order at a time. */
    @Example
    void aPictureHasTheSameBitsAloneAndOnScalarKernels() {
        StateDict convolution = weights(
                new TensorsInMemory().with("weight", random(1, 35, 40, 3, 3)).with("bias", random(2, 35)));
        Tensor x = random(3, 3, 40, 37, 41);
        assertSameBits(engine -> convolution(engine, convolution, 35, 40, KEEPING), x, 35, 37, 41);
        assertSameBits(engine -> convolution(engine, convolution, 35, 40, HALVING), x, 35, 19, 21);
        StateDict transposed = weights(
                new TensorsInMemory().with("weight", random(1, 40, 5, 3, 3)).with("bias", random(2, 5)));
        assertSameBits(_ -> TransposedConvolution.load(transposed, 5, 40)::forward, x, 5, 74, 82);
        assertSameBits(_ -> new InstanceNorm(1e-5f)::forward, x, 40, 37, 41);
        StateDict norm =
                weights(new TensorsInMemory().with("weight", random(1, 40)).with("bias", random(2, 40)));
        assertSameBits(_ -> GroupNorm.load(norm, 40, 8, 1e-5f)::forward, x, 40, 37, 41);
        StateDict attention = weights(
                new TensorsInMemory().with("fc.0.weight", random(1, 5, 40)).with("fc.2.weight", random(2, 40, 5)));
        assertSameBits(engine -> SqueezeExcitation.load(engine, attention, 40, 5)::forward, x, 40, 37, 41);
    }

    @Example
    void otherShapesAreRefused() {
        StateDict norm =
                weights(new TensorsInMemory().with("weight", random(1, 6)).with("bias", random(2, 6)));
        assertThrows(IllegalArgumentException.class, () -> GroupNorm.load(norm, 6, 4, 1e-5f));
        Layer groups = GroupNorm.load(norm, 6, 3, 1e-5f)::forward;
        Tensor x = random(3, 1, 2, 4, 4);
        assertThrows(IllegalArgumentException.class, () -> run(ENGINE, groups, x, Tensor.zeros(1, 2, 4, 4)));
        Layer convolution = convolution(ENGINE, convolutionWeights(), 3, 2, HALVING);
        Tensor tooLarge = Tensor.zeros(1, 3, 4, 4);
        assertThrows(IllegalArgumentException.class, () -> run(ENGINE, convolution, x, tooLarge));
        Tensor otherChannels = random(3, 1, 3, 4, 4);
        Tensor fits = Tensor.zeros(1, 3, 2, 2);
        assertThrows(IllegalArgumentException.class, () -> run(ENGINE, convolution, otherChannels, fits));
    }

    /** A layer of an engine's. */
    private interface Loading {
        Layer on(Engine engine);
    }

    private static void assertSameBits(Loading loading, Tensor x, int channels, int height, int width) {
        int pictures = x.dimension(0);
        Tensor together = Tensor.zeros(pictures, channels, height, width);
        Tensor scalar = Tensor.zeros(pictures, channels, height, width);
        run(ENGINE, loading.on(ENGINE), x, together);
        run(SCALAR, loading.on(SCALAR), x, scalar);
        assertArrayEquals(scalar.data(), together.data());
        int size = x.size() / pictures;
        for (int i = 0; i < pictures; i++) {
            float[] pixels = Arrays.copyOfRange(x.data(), i * size, (i + 1) * size);
            Tensor picture = Tensor.of(pixels, 1, x.dimension(1), x.dimension(2), x.dimension(3));
            Tensor alone = Tensor.zeros(1, channels, height, width);
            run(ENGINE, loading.on(ENGINE), picture, alone);
            int from = i * alone.size();
            assertArrayEquals(Arrays.copyOfRange(together.data(), from, from + alone.size()), alone.data());
        }
    }

    private static Layer convolution(
            Engine engine, StateDict weights, int outChannels, int channels, Convolution.Windows windows) {
        return PictureConvolution.load(engine, weights, outChannels, channels, windows)::forward;
    }

    private static StateDict convolutionWeights() {
        return weights(
                new TensorsInMemory().with("weight", ramp(5, 19, 3, 2, 3, 3)).with("bias", ramp(3, 7, 3)));
    }

    private static StateDict weights(TensorsInMemory tensors) {
        return StateDict.of(tensors, "");
    }

    private static void run(Engine engine, Layer layer, Tensor x, Tensor out) {
        try (Workspace workspace = engine.machine().workspace()) {
            layer.forward(workspace, x, out);
        }
    }

    /** Eighths, in an order that repeats itself late. */
    private static Tensor ramp(int step, int modulus, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = i * step % modulus / 8f - modulus / 16f;
        }
        return tensor;
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
