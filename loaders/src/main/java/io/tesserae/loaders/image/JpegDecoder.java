package io.tesserae.loaders.image;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * JPEG: the JDK's decoder, and libjpeg's integer formulas for colours.
 *
 * <p>JPEG leaves the last bits of a sample to the decoder. The JDK has libjpeg, Pillow has libjpeg-turbo, and the two agree bit by
 * bit but for two things. One is made up for by {@link JpegChroma}. The other is left: where coefficients are so extreme that a
 * sample would fall some 256 below black or above white, as in noise of full contrast, libjpeg's table wraps around, and
 * libjpeg-turbo clips where it uses vector instructions and wraps around where it does not. There Pillow itself depends on the
 * machine.
 *
 * <p>The JDK's reader is never shown a profile, and so no colour management gets at the samples.
 */
final class JpegDecoder {

    private static final int[] RED_GREEN_BLUE = {0, 1, 2};

    private JpegDecoder() {}

    static StoredImage decode(ImageBytes file) throws IOException {
        JpegHeader header = JpegHeader.read(file);
        // libjpeg converts luma and chroma while it decodes: 60 ms for 12 megapixels, against 57 and then 36 in Java.
        boolean convert = header.colourCode() == JpegHeader.ColourCode.LUMA_CHROMA && !JpegChroma.concerns(header);
        byte[] pixels = convert ? convertedSamples(file, header) : pixelsOfSamples(file, header);
        return new StoredImage(
                new RgbImage(header.width(), header.height(), pixels),
                header.metadata().orientation());
    }

    /** Red, green and blue as libjpeg makes them. */
    private static byte[] convertedSamples(ImageBytes file, JpegHeader header) throws IOException {
        byte[] pixels = new byte[header.width() * header.height() * RgbImage.CHANNELS];
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(pixels, pixels.length),
                header.width(),
                header.height(),
                header.width() * RgbImage.CHANNELS,
                RgbImage.CHANNELS,
                RED_GREEN_BLUE,
                null);
        ColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);
        decode(file, header.forDecoder(true), reader -> {
            ImageReadParam destination = reader.getDefaultReadParam();
            destination.setDestination(new BufferedImage(model, raster, false, null));
            reader.read(0, destination);
            requireSize(header, reader);
        });
        return pixels;
    }

    /** The samples as they come out of libjpeg, which converts nothing that is asked for as a raster; then the colours. */
    private static byte[] pixelsOfSamples(ImageBytes file, JpegHeader header) throws IOException {
        byte[][] samples = new byte[1][]; // [height, width, components]
        decode(file, header.forDecoder(false), reader -> {
            Raster raster = reader.readRaster(0, null);
            requireSize(header, reader);
            samples[0] = ((DataBufferByte) raster.getDataBuffer()).getData();
        });
        JpegChroma.smoothRows(samples[0], header);
        return JpegColours.toRgb(samples[0], header);
    }

    /** Something that is done with a reader. */
    private interface Use {

        void with(ImageReader reader) throws IOException;
    }

    private static void decode(ImageBytes file, byte[] stream, Use use) throws IOException {
        ImageReader reader = jdkReader(file);
        try (MemoryImageInput input = new MemoryImageInput(stream)) {
            reader.setInput(input, true, true);
            use.with(reader);
            if (input.ranOut()) {
                throw file.truncated("its data end before the picture does");
            }
        } finally {
            reader.dispose();
        }
    }

    /** Whether the reader has seen the frame that the header has. */
    private static void requireSize(JpegHeader header, ImageReader reader) throws IOException {
        if (reader.getWidth(0) != header.width() || reader.getHeight(0) != header.height()) {
            throw new IllegalStateException("the JDK's JPEG reader found " + reader.getWidth(0) + " x "
                    + reader.getHeight(0) + " pixels, expected " + header.width() + " x " + header.height());
        }
    }

    /** The JDK's own reader, not one that an application has added and that may give other pixels. */
    private static ImageReader jdkReader(ImageBytes file) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getModule() == ImageIO.class.getModule()) {
                return reader;
            }
            reader.dispose();
        }
        throw file.refusal(
                "the JDK's JPEG decoder is missing in this Java runtime: its module java.desktop is not whole."
                        + " Use another one, or save the picture as PNG");
    }
}
