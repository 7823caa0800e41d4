package io.tesserae.family.perceiver;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.Convolution;
import io.tesserae.model.RowGrid;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * A picture that a convolution and a maximum have made four times smaller, each place beside its Fourier features. Transformers' {@code
 * PerceiverImagePreprocessor} with {@code prep_type="conv"}.
 */
final class ConvolvedPixels implements PixelRows {

    private static final int COLOURS = 3;
    private static final int FEATURES = 64;
    private static final int BANDS = 64;

    /** What the frequencies are made for: not the 55 x 55 places that a picture of 224 x 224 pixels has. */
    private static final int RESOLUTION = 56;

    private static final int USUAL_SIZE = 224;
    private static final int POOL = 3;
    private static final int POOL_STRIDE = 2;

    private final Convolution convolution;
    private final float[] scale; // [features], of the batch norm
    private final float[] shift; // [features]
    private final LastGrid grids;

    static final int CHANNELS = FEATURES + new FourierPositions(BANDS, RESOLUTION, RESOLUTION).channels();

    private ConvolvedPixels(Convolution convolution, float[] scale, float[] shift) {
        this.convolution = convolution;
        this.scale = scale;
        this.shift = shift;
        this.grids = new LastGrid(new FourierPositions(BANDS, RESOLUTION, RESOLUTION));
    }

    /** Loads from below {@code perceiver.input_preprocessor.convnet}. */
    static ConvolvedPixels load(Engine engine, StateDict weights) {
        // torch.nn.BatchNorm2d as it is after training, with its usual epsilon: one factor and one summand a channel.
        StateDict norm = weights.at("batchnorm");
        float[] weight = norm.read("weight", FEATURES).data();
        float[] bias = norm.read("bias", FEATURES).data();
        float[] mean = norm.read("running_mean", FEATURES).data();
        float[] variance = norm.read("running_var", FEATURES).data();
        float[] scale = new float[FEATURES];
        float[] shift = new float[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            double factor = weight[i] / Math.sqrt((double) variance[i] + 1e-5);
            scale[i] = (float) factor;
            shift[i] = (float) (bias[i] - mean[i] * factor);
        }
        return new ConvolvedPixels(
                Convolution.load(engine, weights.at("conv"), FEATURES, COLOURS, new Convolution.Windows(7, 2, 3, 3)),
                scale,
                shift);
    }

    @Override
    public int channels() {
        return CHANNELS;
    }

    @Override
    public int[] usualSize() {
        return new int[] {USUAL_SIZE, USUAL_SIZE};
    }

    @Override
    public int rows(int height, int width) {
        return Math.multiplyExact(places(height), places(width));
    }

    /** Places along a side of so many pixels. */
    private int places(int pixels) {
        int windows = convolution.windows(pixels);
        return windows < POOL ? 0 : (windows - POOL) / POOL_STRIDE + 1;
    }

    /**
     * A place is four pixels wide. The middle of its windows is half of these four further than half a pixel: the convolution's first
     * window lies around the first pixel, and a maximum is that of three windows, two pixels apart.
     */
    @Override
    public RowGrid grid(int height, int width) {
        int side = POOL_STRIDE * convolution.stride(); // of a place, in pixels
        double first =
                0.5 + convolution.size() / 2 - convolution.before() + convolution.stride() * (POOL / 2) - side / 2.0;
        return new RowGrid(
                places(height),
                places(width),
                first / width,
                first / height,
                (double) side * places(width) / width,
                (double) side * places(height) / height);
    }

    @Override
    public Optional<String> refusal(int height, int width, boolean interpolatePositions) {
        return rows(height, width) > 0
                ? Optional.empty()
                : Optional.of("nothing would be left of it: the model makes every side four times smaller");
    }

    @Override
    public void fill(Frame frame, Tensor picture, Tensor out, int firstRow) {
        int height = picture.dimension(1);
        int width = picture.dimension(2);
        try (Frame inside = frame.workspace().frame()) {
            Tensor features = convolution.forward(inside, picture); // [windows, 64]
            int across = convolution.windows(width);
            inside.workspace().machine().workers().run(places(height), (row, thread) -> {
                for (int column = 0; column < places(width); column++) {
                    pool(features, row, column, across, out, firstRow + row * places(width) + column);
                }
            });
        }
        grids.of(places(height), places(width)).fill(frame, out, firstRow, FEATURES);
    }

    /** The greatest of nine places, after batch norm and ReLU, which nothing is below. */
    private void pool(Tensor features, int row, int column, int across, Tensor out, int outRow) {
        int to = outRow * CHANNELS;
        Arrays.fill(out.data(), to, to + FEATURES, 0f);
        for (int y = row * POOL_STRIDE; y < row * POOL_STRIDE + POOL; y++) {
            for (int x = column * POOL_STRIDE; x < column * POOL_STRIDE + POOL; x++) {
                int from = (y * across + x) * FEATURES;
                for (int i = 0; i < FEATURES; i++) {
                    float normalized = Math.fma(features.data()[from + i], scale[i], shift[i]);
                    out.data()[to + i] = Math.max(out.data()[to + i], normalized); // NaN stays NaN
                }
            }
        }
    }
}
