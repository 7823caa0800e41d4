package io.tesserae.loaders.image;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * JPEG: the JDK's decoder for the samples, and libjpeg's integer formulas for the colours.
 *
 * <p>JPEG leaves the last bits of a sample to the decoder. The JDK has libjpeg, Pillow has libjpeg-turbo, and the two agree bit by
 * bit in all but one thing, which {@link JpegChroma} makes up for. Asked for a raster, the JDK's reader hands over the samples as
 * they come out of libjpeg, so that no colour management gets at them.
 */
final class JpegDecoder {

    private JpegDecoder() {}

    static StoredImage decode(ImageBytes file) throws IOException {
        JpegHeader header = JpegHeader.read(file);
        byte[] samples = samples(file, header); // [height, width, components]
        JpegChroma.smoothRows(samples, header);
        RgbImage image = new RgbImage(header.width(), header.height(), JpegColours.toRgb(samples, header));
        return new StoredImage(image, header.metadata().orientation());
    }

    private static byte[] samples(ImageBytes file, JpegHeader header) throws IOException {
        ImageReader reader = jdkReader();
        try (MemoryImageInput input = new MemoryImageInput(header.withoutColour())) {
            reader.setInput(input, true, true);
            Raster raster = reader.readRaster(0, null);
            if (input.ranOut()) {
                throw file.truncated("its data end before the picture does");
            }
            if (raster.getWidth() != header.width()
                    || raster.getHeight() != header.height()
                    || raster.getNumBands() != header.components().length
                    || !(raster.getDataBuffer() instanceof DataBufferByte buffer)) {
                throw new IllegalStateException("the JDK's JPEG reader gave " + raster);
            }
            return buffer.getData();
        } finally {
            reader.dispose();
        }
    }

    /** The JDK's own reader, not one that an application has added and that may give other pixels. */
    private static ImageReader jdkReader() {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getModule() == ImageIO.class.getModule()) {
                return reader;
            }
            reader.dispose();
        }
        throw new IllegalStateException("this Java runtime has no JPEG reader: its module java.desktop is not whole");
    }
}
