package io.tesserae.loaders.processor;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * From a picture to the tiles that a model is fed which reads large pictures piece by piece: resize, resize again to whole
 * tiles, cut, add the whole picture as one more tile; rescale, normalise. Bit for bit what transformers gives with its PIL
 * backend ({@code Idefics3ImageProcessorPil}, {@code SmolVLMImageProcessorPil}).
 *
 * <p>Every tile is full, so there is nothing to mask. The reference's {@code do_pad} adds empty tiles where the pictures of a
 * batch have different numbers of them, and its models take those out again; here there are none.
 *
 * <p>Immutable and thread-safe. The engine's threads share the work on a large picture.
 *
 * @see <a
 *     href="https://github.com/huggingface/transformers/blob/main/src/transformers/models/idefics3/image_processing_pil_idefics3.py">image_processing_pil_idefics3.py
 *     of transformers</a>
 */
public final class TiledImageProcessor {

    private final TiledImageProcessorConfig config;
    private final Engine engine;
    private final PixelValues pixelValues;

    /**
     * A processor that works on some engine.
     *
     * @param engine whose kernels and threads resize
     */
    public TiledImageProcessor(TiledImageProcessorConfig config, Engine engine) {
        this.config = Arguments.require(config, "config");
        this.engine = Arguments.require(engine, "engine");
        this.pixelValues = new PixelValues(config.rescaleFactor(), config.mean(), config.standardDeviation());
    }

    /**
     * Prepares a picture.
     *
     * @throws IllegalArgumentException if the picture is too long and narrow, or would come out too large
     * @throws ImageException if there is too little memory
     */
    public TiledPicture process(RgbImage image) {
        Arguments.require(image, "image");
        TileLayout layout = layout(image.width(), image.height());
        try {
            return process(image, layout);
        } catch (OutOfMemoryError e) {
            throw new ImageException(
                    "too little memory to cut a picture of " + image.width() + " x " + image.height() + " pixels into "
                            + layout.grid().tiles() + " tiles of " + config.tileSide() + " x " + config.tileSide()
                            + ". Give the JVM more with -Xmx, now "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB, or scale the picture down first",
                    e);
        }
    }

    private TiledPicture process(RgbImage image, TileLayout layout) {
        int side = config.tileSide();
        Tensor pixels = Tensor.zeros((int) layout.grid().tiles(), CHANNELS, side, side);
        RgbImage spread = resize(resize(image, layout.resized()), layout.spread());
        int offset = 0;
        for (int row = 0; row < layout.grid().rows(); row++) {
            for (int column = 0; column < layout.grid().columns(); column++) {
                Window tile = new Window(column * side, row * side, side, side);
                pixelValues.write(spread, tile, pixels.data(), offset);
                offset += CHANNELS * side * side;
            }
        }
        ImageSize one = new ImageSize(side, side);
        pixelValues.write(resize(spread, one), Window.whole(one), pixels.data(), offset);
        return new TiledPicture(pixels, layout.grid());
    }

    private RgbImage resize(RgbImage image, ImageSize size) {
        return Resize.resize(image, size, config.resample(), Window.whole(size), engine);
    }

    /**
     * Into how many tiles a picture is cut, which a prompt's text has to know.
     *
     * @param width of the picture
     * @param height of the picture
     * @throws IllegalArgumentException as {@link #process}
     */
    public TileGrid grid(int width, int height) {
        return layout(width, height).grid();
    }

    /**
     * What of a picture each tile shows, in pixels of the picture as it was; in the tiles' order.
     *
     * @param width of the picture
     * @param height of the picture
     * @throws IllegalArgumentException as {@link #process}
     */
    public List<Region> seenRegions(int width, int height) {
        TileGrid grid = grid(width, height);
        List<Region> regions = new ArrayList<>();
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                double across = (double) width / grid.columns();
                double down = (double) height / grid.rows();
                regions.add(new Region(column * across, row * down, across, down));
            }
        }
        regions.add(new Region(0, 0, width, height));
        return List.copyOf(regions);
    }

    private TileLayout layout(int width, int height) {
        return TileLayout.of(config, new ImageSize(width, height));
    }

    /**
     * A processor like this one that cuts pictures, or does not: a picture that is not cut is one tile, of which a model has
     * much less to read, and in which it sees less.
     */
    public TiledImageProcessor withSplitting(boolean splitting) {
        return new TiledImageProcessor(
                new TiledImageProcessorConfig(
                        config.resize(),
                        config.resample(),
                        splitting,
                        config.tileSide(),
                        config.rescaleFactor(),
                        config.mean(),
                        config.standardDeviation()),
                engine);
    }

    /** What it does. */
    public TiledImageProcessorConfig config() {
        return config;
    }

    /** Its settings. */
    @Override
    public String toString() {
        return "TiledImageProcessor " + config;
    }
}
