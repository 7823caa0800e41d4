package io.tesserae.loaders.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application's own pictures, of every kind that the JDK has a name for. */
class RasterColoursTest {

    private static final int WIDTH = 5;
    private static final int HEIGHT = 3;

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_BGR,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_4BYTE_ABGR
            })
    void eightBitColoursAreTakenAsTheyAreAndAlphaIsDropped(int type) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
        byte[] expected = new byte[WIDTH * HEIGHT * RgbImage.CHANNELS];
        Random random = new Random(type);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int colour = random.nextInt();
            image.setRGB(i % WIDTH, i / WIDTH, colour);
            put(expected, i, colour >> 16, colour >> 8, colour);
        }
        assertArrayEquals(expected, ImageFiles.of(image).pixels());
    }

    @Test
    void aPartOfAPictureIsAPictureToo() {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        image.setRGB(3, 4, 0x0A0B0C);
        RgbImage part = ImageFiles.of(image.getSubimage(3, 4, 2, 2));
        assertEquals(2, part.width());
        assertArrayEquals(new byte[] {10, 11, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0}, part.pixels());
    }

    /** getRGB would brighten it: the JDK takes grey for linear light. */
    @Test
    void greyIsReplicated() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 100);
        assertArrayEquals(new byte[] {100, 100, 100}, ImageFiles.of(image).pixels());
    }

    @Test
    void sixteenBitGreyIsClipped() {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSamples(0, 0, 3, 1, 0, new int[] {7, 255, 256});
        assertArrayEquals(
                new byte[] {7, 7, 7, -1, -1, -1, -1, -1, -1},
                ImageFiles.of(image).pixels());
    }

    @Test
    void fewerBitsAreStretched() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_565_RGB);
        image.getRaster().setPixel(0, 0, new int[] {31, 63, 31});
        image.getRaster().setPixel(1, 0, new int[] {1, 1, 30});
        assertArrayEquals(
                new byte[] {-1, -1, -1, 255 / 31, 255 / 63, (byte) (30 * 255 / 31)},
                ImageFiles.of(image).pixels());
    }

    @Test
    void aPaletteIsLookedUpWhateverItsAlpha() {
        IndexColorModel palette = new IndexColorModel(
                2, 4, new byte[] {1, 4, 7, 10}, new byte[] {2, 5, 8, 11}, new byte[] {3, 6, 9, 12}, new byte[] {
                    0, 9, -1, 0
                });
        BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
        image.getRaster().setSamples(0, 0, 4, 1, 0, new int[] {3, 2, 1, 0});
        assertArrayEquals(
                new byte[] {10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3},
                ImageFiles.of(image).pixels());
    }

    @Test
    void premultipliedAlphaIsDividedOut() {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB_PRE);
        image.getRaster().setPixel(0, 0, new int[] {10, 20, 30, 255});
        image.getRaster().setPixel(1, 0, new int[] {10, 20, 30, 60});
        image.getRaster().setPixel(2, 0, new int[] {10, 20, 30, 0});
        assertArrayEquals(
                new byte[] {10, 20, 30, 42, 85, 127, 10, 20, 30},
                ImageFiles.of(image).pixels());
    }

    @Test
    void sixteenBitColoursKeepTheHighByte() {
        BufferedImage image = components(ColorSpace.getInstance(ColorSpace.CS_sRGB), DataBuffer.TYPE_USHORT, 3);
        image.getRaster().setPixel(0, 0, new int[] {0x1234, 0x00FF, 0xFFFF});
        assertArrayEquals(new byte[] {0x12, 0, -1}, ImageFiles.of(image).pixels());
    }

    /** A profile is ignored: linear light is taken for what it is not, as in Pillow. */
    @Test
    void otherColourSpacesAreNotConverted() {
        BufferedImage image = components(ColorSpace.getInstance(ColorSpace.CS_LINEAR_RGB), DataBuffer.TYPE_BYTE, 3);
        image.getRaster().setPixel(0, 0, new int[] {50, 100, 150});
        assertArrayEquals(new byte[] {50, 100, (byte) 150}, ImageFiles.of(image).pixels());
    }

    @Test
    void floatsAreRefused() {
        BufferedImage image = components(ColorSpace.getInstance(ColorSpace.CS_GRAY), DataBuffer.TYPE_FLOAT, 1);
        String message =
                assertThrows(ImageException.class, () -> ImageFiles.of(image)).getMessage();
        assertTrue(message.contains("expected grey, RGB or CMYK of 8 or 16 bits"), message);
    }

    private static BufferedImage components(ColorSpace space, int type, int bands) {
        ComponentColorModel model = new ComponentColorModel(space, false, false, Transparency.OPAQUE, type);
        WritableRaster raster = type == DataBuffer.TYPE_FLOAT
                ? model.createCompatibleWritableRaster(1, 1)
                : Raster.createInterleavedRaster(type, 1, 1, bands, null);
        return new BufferedImage(model, raster, false, null);
    }

    private static void put(byte[] pixels, int index, int red, int green, int blue) {
        pixels[index * 3] = (byte) red;
        pixels[index * 3 + 1] = (byte) green;
        pixels[index * 3 + 2] = (byte) blue;
    }
}
