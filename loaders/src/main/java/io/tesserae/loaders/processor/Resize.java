package io.tesserae.loaders.processor;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.RgbImage;

/**
 * Makes pictures larger or smaller exactly as Pillow does: every byte of the result is that of {@code
 * Image.resize((width, height), filter)}.
 *
 * <p>Two passes, one along each axis whose size changes, first across and then down, with 8-bit values between them. Each
 * new pixel is a weighted sum of source pixels ({@link ResampleCoefficients}).
 *
 * <p>Down is the easy way: a new row is a weighted sum of rows, and what lies side by side in memory is summed side by side
 * ({@link io.tesserae.kernel.Kernels#blendRows}). So the pass across is made the same: a band of rows is transposed, its
 * columns are blended as rows, and the result is transposed back. Only the rows and columns of the source that the result
 * needs are read.
 */
public final class Resize {

    /** Rows of a band: enough for the widest vectors, and a photo's band, 64 x 12,000 bytes, fits in the second-level cache. */
    private static final int BAND = 64;

    /** Multiply-adds that make a task worth handing to another thread: some 20 µs of them. */
    private static final int TASK_WORK = 1 << 18;

    /** A picture so many times as high as it is wide is made shorter before it is made narrower. Pillow does so to be fast. */
    private static final int TALL = 100;

    private final RgbImage image;
    private final ImageSize size;
    private final ResampleFilter filter;
    private final Engine engine;

    private Resize(RgbImage image, ImageSize size, ResampleFilter filter, Engine engine) {
        this.image = image;
        this.size = size;
        this.filter = filter;
        this.engine = engine;
    }

    /**
     * The picture at another size, computed on the process's {@linkplain Engine#shared() shared engine}.
     *
     * @param width of the result, 1 or more
     * @param height of the result, 1 or more
     * @return the picture itself where the size is the same
     * @throws IllegalArgumentException if a size is less than 1 or the result exceeds what a Java array holds
     * @throws ImageException if there is too little memory
     */
    public static RgbImage resize(RgbImage image, int width, int height, ResampleFilter filter) {
        Arguments.require(image, "image");
        Arguments.require(filter, "filter");
        ImageSize size = new ImageSize(width, height);
        try {
            return resize(image, size, filter, Window.whole(size), Engine.shared());
        } catch (OutOfMemoryError e) {
            throw new ImageException(
                    "too little memory for a picture of " + size + " pixels. Give the JVM more with -Xmx", e);
        }
    }

    /**
     * A part of the picture at another size: the pixels that cropping the whole result would leave.
     *
     * @param size of the whole result
     * @param window which part of it; must not reach over its edge
     */
    static RgbImage resize(RgbImage image, ImageSize size, ResampleFilter filter, Window window, Engine engine) {
        requireArray(window.width(), window.height());
        if (size.equals(new ImageSize(image.width(), image.height())) && window.equals(Window.whole(size))) {
            return image;
        }
        Resize resize = new Resize(image, size, filter, engine);
        return new RgbImage(
                window.width(),
                window.height(),
                filter == ResampleFilter.NEAREST ? resize.nearest(window) : resize.resample(window));
    }

    /** Pixels of a picture somewhere in memory, rows {@code stride} bytes apart, from its column {@code left} and row {@code top} on. */
    private record Pixels(byte[] bytes, int offset, int stride, int left, int top) {

        int at(int column, int row) {
            return offset + (row - top) * stride + (column - left) * CHANNELS;
        }
    }

    private byte[] resample(Window window) {
        // Along an axis that stays as it is, bicubic and the like have one weight of 1 for each pixel, and that is
        // skipped
        ResampleCoefficients columns =
                ResampleCoefficients.of(filter, image.width(), size.width(), window.left(), window.width());
        ResampleCoefficients rows =
                ResampleCoefficients.of(filter, image.height(), size.height(), window.top(), window.height());
        boolean across = size.width() != image.width();
        boolean down = size.height() != image.height();
        Pixels pixels = new Pixels(image.pixels(), 0, image.width() * CHANNELS, 0, 0);
        if (image.height() > (long) TALL * image.width() && size.height() < image.height()) {
            pixels = down(pixels, rows, window.top(), columns.firstSource(), columns.endSource());
            return across
                    ? across(pixels, columns, window.left(), window.top(), window.bottom())
                            .bytes()
                    : pixels.bytes();
        }
        if (across) {
            pixels = across(pixels, columns, window.left(), rows.firstSource(), rows.endSource());
        }
        if (down) {
            pixels = down(pixels, rows, window.top(), window.left(), window.right());
        }
        return across || down ? pixels.bytes() : copy(pixels, window);
    }

    /**
     * The pass across: new columns, from {@code left} on, of the rows from {@code top} to {@code bottom}. Bands of rows are
     * independent of each other.
     */
    private Pixels across(Pixels source, ResampleCoefficients columns, int left, int top, int bottom) {
        int sourceBytes = (columns.endSource() - columns.firstSource()) * CHANNELS;
        int resultBytes = columns.length() * CHANNELS;
        int rows = bottom - top;
        int band = Math.min(BAND, rows);
        requireArray(columns.length(), rows);
        byte[] result = new byte[rows * resultBytes];
        byte[][] transposed = new byte[engine.threads()][]; // of each thread [source columns, 3, band]
        byte[][] blended = new byte[engine.threads()][]; // [new columns, 3, band]
        engine.machine().workers().run(Math.ceilDiv(rows, band), (index, thread) -> {
            if (transposed[thread] == null) {
                transposed[thread] = new byte[sourceBytes * band];
                blended[thread] = new byte[resultBytes * band];
            }
            int row = index * band;
            int count = Math.min(band, rows - row);
            int from = source.at(columns.firstSource(), top + row);
            Transposition.transpose(
                    new Transposition.Plane(source.bytes(), from, source.stride()),
                    count,
                    sourceBytes,
                    new Transposition.Plane(transposed[thread], 0, band));
            blendColumns(columns, transposed[thread], blended[thread], band * CHANNELS);
            Transposition.transpose(
                    new Transposition.Plane(blended[thread], 0, band),
                    resultBytes,
                    count,
                    new Transposition.Plane(result, row * resultBytes, resultBytes));
        });
        return new Pixels(result, 0, resultBytes, left, top);
    }

    /** A column of a transposed band, all three channels of it, is one run of {@code length} bytes. */
    private void blendColumns(ResampleCoefficients columns, byte[] transposed, byte[] blended, int length) {
        Kernels kernels = engine.machine().kernels();
        for (int x = 0; x < columns.length(); x++) {
            int from = (columns.start(x) - columns.firstSource()) * length;
            kernels.blendRows(
                    transposed,
                    from,
                    length,
                    columns.weights(),
                    columns.firstWeight(x),
                    columns.count(x),
                    blended,
                    x * length,
                    length);
        }
    }

    /** The pass down: new rows, from {@code top} on, of the columns from {@code left} to {@code right}. */
    private Pixels down(Pixels source, ResampleCoefficients rows, int top, int left, int right) {
        requireArray(right - left, rows.length());
        int length = (right - left) * CHANNELS;
        byte[] result = new byte[rows.length() * length];
        long rowWork = Math.max(1, (long) length * rows.count(rows.length() / 2));
        int rowsPerTask = Math.clamp(TASK_WORK / rowWork, 1, rows.length());
        Kernels kernels = engine.machine().kernels();
        engine.machine().workers().run(Math.ceilDiv(rows.length(), rowsPerTask), (index, thread) -> {
            int end = Math.min(rows.length(), (index + 1) * rowsPerTask);
            for (int y = index * rowsPerTask; y < end; y++) {
                kernels.blendRows(
                        source.bytes(),
                        source.at(left, rows.start(y)),
                        source.stride(),
                        rows.weights(),
                        rows.firstWeight(y),
                        rows.count(y),
                        result,
                        y * length,
                        length);
            }
        });
        return new Pixels(result, 0, length, left, top);
    }

    private static byte[] copy(Pixels source, Window window) {
        int length = window.width() * CHANNELS;
        byte[] result = new byte[window.height() * length];
        for (int y = 0; y < window.height(); y++) {
            System.arraycopy(source.bytes(), source.at(window.left(), window.top() + y), result, y * length, length);
        }
        return result;
    }

    private static void requireArray(int width, int height) {
        if ((long) width * height * CHANNELS > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "a picture of " + width + " x " + height + " pixels has more bytes than a Java array can hold");
        }
    }

    private byte[] nearest(Window window) {
        int[] columns = nearest(image.width(), size.width(), window.left(), window.width());
        int[] rows = nearest(image.height(), size.height(), window.top(), window.height());
        byte[] pixels = new byte[rows.length * columns.length * CHANNELS];
        int to = 0;
        for (int row : rows) {
            for (int column : columns) {
                if (row < image.height() && column < image.width()) {
                    System.arraycopy(image.pixels(), (row * image.width() + column) * CHANNELS, pixels, to, CHANNELS);
                }
                to += CHANNELS;
            }
        }
        return pixels;
    }

    /**
     * The source pixel under the middle of each new one. Pillow adds up steps, and so does this: after very many the sum is
     * not the product, and the last one may even lie beyond the picture, where there is black.
     */
    private static int[] nearest(int sourceSize, int newSize, int from, int length) {
        int[] sources = new int[length];
        double step = (double) sourceSize / newSize;
        double at = step * 0.5;
        for (int i = 0; i < from + length; i++, at += step) {
            if (i >= from) {
                sources[i - from] = (int) at;
            }
        }
        return sources;
    }
}
