package io.tesserae.loaders.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and in what words. */
class ImageFilesTest {

    private static final Path PICTURES = Path.of("..", "testdata", "images");

    @TempDir
    private Path folder;

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("missing.png");
        assertEquals(missing + ": there is no such file", refusal(() -> ImageFiles.read(missing)));
    }

    @Test
    void aFolderIsNoPicture() {
        assertEquals(folder + ": expected a picture, found a folder", refusal(() -> ImageFiles.read(folder)));
    }

    @Test
    void anEmptyFileIsSaidToBeEmpty() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.jpg"));
        assertEquals(
                empty + ": not a JPEG, PNG, GIF, BMP or WebP file: it is empty", refusal(() -> ImageFiles.read(empty)));
    }

    @Test
    void aTextIsShownByItsBeginning() {
        assertEquals(
                "a.jpg: not a JPEG, PNG, GIF, BMP or WebP file: it begins with \"<html><body>Not \"",
                refusal("<html><body>Not found".getBytes(StandardCharsets.UTF_8), "a.jpg"));
    }

    @Test
    void otherBytesAreShownInHexadecimal() {
        assertEquals(
                "a.tif: not a JPEG, PNG, GIF, BMP or WebP file: it begins with 49 49 2a 00",
                refusal(new byte[] {0x49, 0x49, 0x2a, 0}, "a.tif"));
    }

    @Test
    void theNameOfAFileDoesNotMatter() throws IOException {
        Path misnamed = Files.copy(PICTURES.resolve("p_9x8_8_6_0.png"), folder.resolve("picture.jpg"));
        assertEquals(9, ImageFiles.read(misnamed).width());
    }

    @Test
    void aBombIsRefusedByItsHeader() throws IOException {
        String message = refusal(png(30_000, 30_000, new byte[100]), "bomb.png");
        assertTrue(message.startsWith("bomb.png: it says it is 30000 x 30000 pixels; more than 178956970"), message);
    }

    /** Within the limit, but there is not nearly as much data: no memory is asked for. */
    @Test
    void aLargeHeaderWithLittleBehindItIsRefused() throws IOException {
        String message = refusal(png(13_000, 13_000, new byte[100]), "large.png");
        assertTrue(message.contains("cannot hold 13000 x 13000 pixels"), message);

        byte[] jpeg = Files.readAllBytes(PICTURES.resolve("j_17x33_s2_q95_b.jpg"));
        int frame = indexOf(jpeg, 0xFF, 0xC0);
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 13_000).putShort(frame + 7, (short) 13_000);
        message = refusal(jpeg, "large.jpg");
        assertTrue(message.contains("cannot hold 13000 x 13000 pixels"), message);

        byte[] bmp = Files.readAllBytes(PICTURES.resolve("br_5x4_16_0.bmp"));
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 13_000).putInt(22, 13_000);
        message = refusal(bmp, "large.bmp");
        assertTrue(message.contains("the file is cut off or damaged"), message);
    }

    @Test
    void aSizeOfZeroIsRefused() throws IOException {
        assertEquals("a.png: a picture of 0 x 5 pixels has none", refusal(png(0, 5, new byte[1]), "a.png"));
    }

    @Test
    void otherKindsOfJpegAreNamed() throws IOException {
        byte[] jpeg = Files.readAllBytes(PICTURES.resolve("j_17x33_s2_q95_b.jpg"));
        int frame = indexOf(jpeg, 0xFF, 0xC0);
        jpeg[frame + 1] = (byte) 0xC9;
        assertTrue(refusal(jpeg, "a.jpg").startsWith("a.jpg: JPEG with arithmetic coding is not read"));
        jpeg[frame + 1] = (byte) 0xC3;
        assertTrue(refusal(jpeg, "a.jpg").startsWith("a.jpg: JPEG with lossless or hierarchical coding is not read"));
        jpeg[frame + 1] = (byte) 0xC1;
        jpeg[frame + 4] = 12;
        assertTrue(refusal(jpeg, "a.jpg").startsWith("a.jpg: JPEG of 8 bits a sample is read, found 12"));
    }

    /** Cut anywhere before its last bytes, none is taken for whole. JPEG decoders fill the rest with grey if they are let. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "j_17x33_s2_q95_b.jpg",
                "j_17x33_s1_q50_p.jpg",
                "j_17x33_L.jpg",
                "j_17x33_cmyk95.jpg",
                "s_9x8_121111_0.jpg",
                "p_9x8_8_6_0.png",
                "p_9x8_1_0_1.png",
                "g_7x5_P256_1.gif",
                "b_5x4_L.bmp",
                "w_7x5_RGB_ll4.webp"
            })
    void aTruncatedFileIsRefused(String name) throws IOException {
        byte[] whole = Files.readAllBytes(PICTURES.resolve(name));
        int end = whole.length - trailer(name);
        for (int length = 0; length < end; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            refusal(cut, "cut to " + length);
        }
        ImageFiles.read(whole, name);
    }

    /**
     * Bytes at the end without which the pixels are there: of a PNG the chunk IEND, and the checksums of the data chunk and of the
     * stream; of a GIF its end; of a BMP the filling of the last row.
     */
    private static int trailer(String name) {
        if (name.endsWith(".png")) {
            return 12 + 4 + 4;
        }
        return name.endsWith(".gif") ? 4 : name.endsWith(".bmp") ? 3 : 0;
    }

    /** Whatever has been read before is left as it was. */
    @Test
    void theBytesAreNotChanged() throws IOException {
        try (var pictures = Files.list(PICTURES)) {
            for (Path picture :
                    pictures.filter(path -> !path.toString().endsWith(".tsv")).toList()) {
                byte[] bytes = Files.readAllBytes(picture);
                byte[] copy = bytes.clone();
                ImageFiles.read(bytes, picture.toString());
                assertArrayEquals(copy, bytes, picture.toString());
            }
        }
    }

    private static String refusal(byte[] bytes, String name) {
        return refusal(() -> ImageFiles.read(bytes, name));
    }

    private static String refusal(Runnable read) {
        return assertThrows(ImageException.class, read::run).getMessage();
    }

    private static int indexOf(byte[] bytes, int first, int second) {
        for (int i = 0; i + 1 < bytes.length; i++) {
            if ((bytes[i] & 0xFF) == first && (bytes[i + 1] & 0xFF) == second) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    /** 8-bit RGB, with these bytes as its data. */
    private static byte[] png(int width, int height, byte[] data) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(PngDecoder.SIGNATURE.getBytes(StandardCharsets.ISO_8859_1));
        chunk(
                file,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .putInt(0x08020000)
                        .array());
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(data);
            deflater.finish();
            byte[] packed = new byte[1000];
            chunk(file, "IDAT", Arrays.copyOf(packed, deflater.deflate(packed)));
        }
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) throws IOException {
        DataOutputStream out = new DataOutputStream(file);
        CRC32 sum = new CRC32();
        sum.update(type.getBytes(StandardCharsets.ISO_8859_1));
        sum.update(data);
        out.writeInt(data.length);
        out.writeBytes(type);
        out.write(data);
        out.writeInt((int) sum.getValue());
    }
}
