package io.tesserae.loaders.processor;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * From a picture to the pixel values that a vision model is fed: resize, crop the middle (or first crop, then resize),
 * rescale, normalise. Bit for bit what transformers' image processors give with their PIL backend ({@code
 * ViTImageProcessorPil}, {@code DeiTImageProcessorPil}, {@code BitImageProcessorPil}, {@code PerceiverImageProcessorPil}). A class that
 * has no such backend rescales before it resizes ({@code DINOv3ViTImageProcessor}); its values are the reference's but for the last bits.
 *
 * <p>Immutable and thread-safe. The engine's threads share the work on a large picture.
 *
 * @see <a href="https://github.com/huggingface/transformers/blob/main/src/transformers/image_processing_backends.py">PilBackend
 *     of transformers</a>
 */
public final class ImageProcessor {

    /**
     * More pixels do not come out: 800 MB of floats, far beyond what any model takes. A size that keeps the picture's shape would
     * make gigabytes of one that is long and narrow.
     */
    static final long OUTPUT_PIXEL_LIMIT = 1 << 26;

    private final ImageProcessorConfig config;
    private final Engine engine;
    private final PixelValues pixelValues;

    /**
     * A processor that works on some engine.
     *
     * @param engine whose kernels and threads resize
     */
    public ImageProcessor(ImageProcessorConfig config, Engine engine) {
        this.config = Arguments.require(config, "config");
        this.engine = Arguments.require(engine, "engine");
        this.pixelValues = new PixelValues(config.rescaleFactor(), config.mean(), config.standardDeviation());
    }

    /**
     * Prepares a picture.
     *
     * @return {@code [3, height, width]}: red, green, blue
     * @throws IllegalArgumentException if the picture cannot be brought to the size, because it is too long and narrow, too
     *     small, or too large
     * @throws ImageException if there is too little memory
     */
    public Tensor process(RgbImage image) {
        Arguments.require(image, "image");
        ImageSize size = outputSize(image.width(), image.height());
        Tensor pixels = zeros(image, CHANNELS, size.height(), size.width());
        process(image, pixels.data(), 0);
        return pixels;
    }

    private Tensor zeros(RgbImage image, int... shape) {
        try {
            return Tensor.zeros(shape);
        } catch (OutOfMemoryError e) {
            throw tooLittleMemory(image, e);
        }
    }

    private ImageException tooLittleMemory(RgbImage image, OutOfMemoryError cause) {
        return new ImageException(
                "too little memory to bring a picture of " + image.width() + " x " + image.height() + " pixels to "
                        + outputSize(image.width(), image.height()) + ". Give the JVM more with -Xmx, now "
                        + (Runtime.getRuntime().maxMemory() >> 20) + " MB, or crop the picture first",
                cause);
    }

    /**
     * Prepares pictures that come out at one size.
     *
     * @param images one or more
     * @return {@code [images, 3, height, width]}
     * @throws IllegalArgumentException if there is none, or two come out at different sizes, or as {@link
     *     #process(RgbImage)}
     * @throws ImageException if there is too little memory
     */
    public Tensor process(List<RgbImage> images) {
        Arguments.requireAll(images, "images");
        if (images.isEmpty()) {
            throw new IllegalArgumentException("no pictures: expected one or more");
        }
        ImageSize size = outputSize(images.getFirst().width(), images.getFirst().height());
        for (int i = 1; i < images.size(); i++) {
            ImageSize other = outputSize(images.get(i).width(), images.get(i).height());
            if (!other.equals(size)) {
                throw new IllegalArgumentException("picture 0 comes out at " + size + " pixels and picture " + i
                        + " at " + other + ": only pictures of one size make one tensor; process them one by one");
            }
        }
        Tensor pixels = zeros(images.getFirst(), images.size(), CHANNELS, size.height(), size.width());
        int offset = 0;
        for (RgbImage image : images) {
            process(image, pixels.data(), offset);
            offset += CHANNELS * size.height() * size.width();
        }
        return pixels;
    }

    /**
     * Prepares a picture in memory that is already there.
     *
     * @param pixels receives {@code [3, height, width]}, of the {@linkplain #outputSize output's size}, from {@code offset} on
     * @throws IndexOutOfBoundsException if there is not so much room
     * @throws IllegalArgumentException as {@link #process(RgbImage)}
     * @throws ImageException if there is too little memory
     */
    public void process(RgbImage image, float[] pixels, int offset) {
        Arguments.require(image, "image");
        Arguments.require(pixels, "pixels");
        Layout layout = layout(image.width(), image.height());
        int size = Tensor.elementCount(
                CHANNELS, layout.output().height(), layout.output().width());
        Objects.checkFromIndexSize(offset, size, pixels.length);
        if (config.rescalesFirst()) {
            writeSmooth(image, layout.output(), pixels, offset);
            return;
        }
        Window visible = layout.kept().within(layout.resized());
        RgbImage resized = resized(image, layout, visible);
        Window part = new Window( // of what is visible, around which the output has black
                layout.kept().left() - visible.left(),
                layout.kept().top() - visible.top(),
                layout.output().width(),
                layout.output().height());
        pixelValues.write(resized, part, pixels, offset);
    }

    private void writeSmooth(RgbImage image, ImageSize size, float[] pixels, int offset) {
        try {
            SmoothPixelValues.of(config, engine).write(image, size, pixels, offset);
        } catch (OutOfMemoryError e) {
            throw tooLittleMemory(image, e);
        }
    }

    private RgbImage resized(RgbImage image, Layout layout, Window visible) {
        try {
            RgbImage taken = taken(image, layout.taken());
            return Resize.resize(taken, layout.resized(), config.resample(), visible, engine);
        } catch (OutOfMemoryError e) {
            throw tooLittleMemory(image, e);
        }
    }

    /** A window of a picture, black where it reaches over the edge. The picture itself if that is all of it. */
    private static RgbImage taken(RgbImage image, Window window) {
        ImageSize picture = new ImageSize(image.width(), image.height());
        if (window.equals(Window.whole(picture))) {
            return image;
        }
        Window visible = window.within(picture);
        byte[] pixels = new byte[window.width() * window.height() * CHANNELS];
        for (int y = visible.top(); y < visible.bottom(); y++) {
            System.arraycopy(
                    image.pixels(),
                    (y * picture.width() + visible.left()) * CHANNELS,
                    pixels,
                    ((y - window.top()) * window.width() + visible.left() - window.left()) * CHANNELS,
                    visible.width() * CHANNELS);
        }
        return new RgbImage(window.width(), window.height(), pixels);
    }

    /**
     * The size of what comes out.
     *
     * @param width of the picture
     * @param height of the picture
     * @throws IllegalArgumentException as {@link #process(RgbImage)}
     */
    public ImageSize outputSize(int width, int height) {
        return layout(width, height).output();
    }

    /**
     * The part of a picture that the model sees: all of it, or what the crop leaves, in pixels of the picture as it was
     * before resizing. Where the crop is larger than the resized picture, it reaches over the edge into the black.
     *
     * @param width of the picture
     * @param height of the picture
     * @throws IllegalArgumentException as {@link #process(RgbImage)}
     */
    public Region seenRegion(int width, int height) {
        return layout(width, height).seen();
    }

    /**
     * A processor like this one whose output has another size: for a model that can be fed larger pictures than it was
     * trained with, and then gives finer attention maps.
     *
     * <p>Without a crop, or with one before it, pictures are resized to exactly this size. With a crop after it, the crop
     * gets this size, and what the picture is resized to grows or shrinks in proportion, so that the same region is seen;
     * only where the proportions of the sides differ from those of the present crop, and the picture has to keep its shape
     * ({@code shortest_edge}), is it a different one. A processor that crops but does not resize sees more of the picture,
     * or less; but not if it would crop before it resized.
     *
     * @param height of the output, 1 or more
     * @param width of the output, 1 or more
     */
    public ImageProcessor withSize(int height, int width) {
        ImageSize size = new ImageSize(width, height);
        return config.centerCrop().orElse(null) instanceof CenterCrop.AfterResize(ImageSize present)
                ? with(
                        config.resize()
                                .map(target -> scaled(
                                        target, (double) width / present.width(), (double) height / present.height())),
                        Optional.of(new CenterCrop.AfterResize(size)))
                : with(Optional.of(new TargetSize.Exactly(width, height)), config.centerCrop());
    }

    private ImageProcessor with(Optional<TargetSize> resize, Optional<CenterCrop> centerCrop) {
        return new ImageProcessor(
                new ImageProcessorConfig(
                        resize,
                        config.resample(),
                        centerCrop,
                        config.rescaleFactor(),
                        config.mean(),
                        config.standardDeviation(),
                        config.rescalesFirst()),
                engine);
    }

    /** What it does. */
    public ImageProcessorConfig config() {
        return config;
    }

    private static TargetSize scaled(TargetSize target, double across, double down) {
        double both = Math.max(across, down); // what was as large as the crop must not become smaller than it
        return switch (target) {
            case TargetSize.Exactly(int width, int height) ->
                new TargetSize.Exactly(scaled(width, across), scaled(height, down));
            case TargetSize.ShortestEdge(int length) -> new TargetSize.ShortestEdge(scaled(length, both));
            case TargetSize.EdgesUpTo(int shortest, int longest) ->
                new TargetSize.EdgesUpTo(scaled(shortest, both), scaled(longest, both));
            case TargetSize.Within(int width, int height) ->
                new TargetSize.Within(scaled(width, across), scaled(height, down));
            case TargetSize.LongestEdge(int length) -> new TargetSize.LongestEdge(scaled(length, both));
        };
    }

    private static int scaled(int length, double factor) {
        return Math.max(1, Math.toIntExact(Math.round(length * factor)));
    }

    private Layout layout(int width, int height) {
        ImageSize picture = new ImageSize(width, height);
        Layout layout = Layout.of(config, picture);
        ImageSize output = layout.output();
        if (output.pixels() > OUTPUT_PIXEL_LIMIT) {
            throw new IllegalArgumentException("a picture of " + picture + " pixels would come out at " + output
                    + "; at most " + OUTPUT_PIXEL_LIMIT + " pixels are allowed. Crop it, or scale it down first");
        }
        ImageSize taken = layout.taken().size();
        if (taken.pixels() > Math.max(OUTPUT_PIXEL_LIMIT, picture.pixels())) { // nothing but black is added
            throw new IllegalArgumentException("a picture of " + picture + " pixels would be filled up with black to "
                    + taken + " before it is resized; at most " + OUTPUT_PIXEL_LIMIT
                    + " pixels are allowed. Scale it down first");
        }
        return layout;
    }

    /** Its settings. */
    @Override
    public String toString() {
        return "ImageProcessor " + config;
    }
}
