package io.tesserae.loaders.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                "a.bin: not a JPEG, PNG, GIF, BMP or WebP file: it begins with 01 02 2a 00",
                refusal(new byte[] {1, 2, 0x2a, 0}, "a.bin"));
    }

    /** By the first bytes, whatever the file is called. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "00000018 66747970 68656963 00000000 6d696631 68656963 | a HEIC picture. Save it as JPEG or PNG",
                "0000001c 66747970 6d696631 00000000 68656978 6d696631 | a HEIC picture. Save it as JPEG or PNG",
                "00000018 66747970 6d696631 00000000 6d696631 61766966 | an AVIF picture. Save it as JPEG or PNG",
                "00000020 66747970 61766966 00000000 6d696631 | an AVIF picture. Save it as JPEG or PNG",
                "00000018 66747970 63727820 00000001 63727820 | a camera's raw file (Canon). Develop it and save it as JPEG or PNG",
                "00000014 66747970 69736f6d 00000000 61766331 | a video. Save a frame of it as JPEG or PNG",
                "ffffffff 66747970 | a video. Save a frame of it as JPEG or PNG",
                "49492a00 08000000 | a TIFF picture, or a camera's raw file. Save it as JPEG or PNG",
                "4d4d002a 00000008 | a TIFF picture, or a camera's raw file. Save it as JPEG or PNG",
                "49492a00 10000000 4352 | a camera's raw file (Canon). Develop it and save it as JPEG or PNG",
                "0000000c 6a502020 0d0a870a | a JPEG 2000 picture. Save it as JPEG or PNG",
                "ff4fff51 | a JPEG 2000 picture. Save it as JPEG or PNG",
                "0000000c 4a584c20 0d0a870a | a JPEG XL picture. Save it as JPEG or PNG",
                "ff0a | a JPEG XL picture. Save it as JPEG or PNG",
                "38425053 0001 | a Photoshop file. Save it as JPEG or PNG",
                "00000100 0100 | an icon (ICO). Save it as JPEG or PNG",
                "25504446 2d312e37 | a PDF document. Save the page, or the picture in it, as JPEG or PNG",
                "3c737667 20786d6c | an SVG drawing. Draw it at the size that you want, and save that as PNG",
                "efbbbf 3c3f786d6c203f3e0a 3c737667 | an SVG drawing. Draw it at the size that you want, and save that as PNG",
                "50360a31 | a PNM picture. Save it as JPEG or PNG",
            })
    void aFormatThatIsNotReadIsNamed(String hexadecimal, String what) {
        assertEquals(
                "photo.jpg: not a JPEG, PNG, GIF, BMP or WebP file but " + what,
                refusal(HexFormat.of().parseHex(hexadecimal.replace(" ", "")), "photo.jpg"));
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

    /** Every scan goes over the whole picture: a thousand of them in 38 KB took 20 seconds for four megapixels. */
    @Test
    void aJpegOfManyScansIsRefused() throws IOException {
        byte[] jpeg = Files.readAllBytes(PICTURES.resolve("j_17x33_s1_q50_p.jpg"));
        int lastScan = lastIndexOf(jpeg, 0xFF, 0xDA);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < 80; i++) {
            file.write(jpeg, lastScan, jpeg.length - 2 - lastScan);
        }
        byte[] eighty = file.toByteArray();
        assertEquals(
                17,
                ImageFiles.read(concatenated(eighty, new byte[] {-1, (byte) 0xD9}), "some.jpg")
                        .width());
        byte[] scans = Arrays.copyOfRange(eighty, jpeg.length - 2, eighty.length);
        String message = refusal(concatenated(eighty, scans), "many.jpg");
        assertTrue(message.startsWith("many.jpg: its picture comes in more than 100 scans"), message);
        // What stands behind the end of the picture is another one's, as in files of stereo cameras.
        byte[] behind = concatenated(concatenated(eighty, new byte[] {-1, (byte) 0xD9}), scans);
        assertEquals(17, ImageFiles.read(behind, "some.jpg").width());
    }

    /** Each segment was put behind a copy of all before it: these 11 MB of short ones copied half a terabyte. */
    @Test
    void exifInAMillionSegmentsIsPutTogetherOnce() throws IOException {
        byte[] jpeg = Files.readAllBytes(PICTURES.resolve("j_17x33_s2_q95_b.jpg"));
        byte[] segment = {-1, (byte) 0xE1, 0, 9, 'E', 'x', 'i', 'f', 0, 0, 'I'};
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        for (int i = 0; i < 1_000_000; i++) {
            file.write(segment);
        }
        file.write(jpeg, 2, jpeg.length - 2);
        byte[] bytes = file.toByteArray();
        assertEquals(
                17,
                assertTimeoutPreemptively(Duration.ofSeconds(20), () -> ImageFiles.read(bytes, "long.jpg"))
                        .width());
    }

    /** Each text alone is within the limit. All of them together would be 100 MB out of 100 KB, and so on. */
    @Test
    void textsThatUnfoldToMoreThanAFewAreRefused() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes("Raw profile type exif\0\0".getBytes(StandardCharsets.ISO_8859_1));
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(new byte[1 << 20]);
            deflater.finish();
            byte[] packed = new byte[4000];
            text.write(packed, 0, deflater.deflate(packed));
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] picture = png(1, 1, new byte[4]);
        int headerEnd = 8 + 12 + 13;
        file.write(picture, 0, headerEnd);
        for (int i = 0; i < 64; i++) {
            chunk(file, "zTXt", text.toByteArray());
        }
        byte[] most = file.toByteArray();
        byte[] rest = Arrays.copyOfRange(picture, headerEnd, picture.length);
        assertEquals(1, ImageFiles.read(concatenated(most, rest), "most.png").width());
        chunk(file, "zTXt", text.toByteArray());
        assertEquals(
                "bomb.png: its texts unfold to more than 67108864 bytes together",
                refusal(concatenated(file.toByteArray(), rest), "bomb.png"));
    }

    /** The plug-in believes what the headers say, so they are held to each other and to the data before it sees them. */
    @Test
    void aWebpIsAsLargeAsItsDataAndItsPartsSay() {
        byte[] lossy =
                webp("VP8 ", ByteBuffer.allocate(10).put(new byte[] {16, 0, 0, (byte) 0x9D, 1, 42}), 13_000, 13_000);
        String message = refusal(lossy, "large.webp");
        assertTrue(message.contains("10 bytes cannot hold 13000 x 13000 pixels"), message);

        byte[] canvas = {0, 0, 0, 0, 4, 0, 0, 3, 0, 0}; // flags, then 5 x 4
        ByteBuffer frame = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(6, 12_999)
                .putInt(9, 12_999);
        ByteBuffer lossless = ByteBuffer.allocate(5)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x2F)
                .putInt(12_999 | 12_999 << 14);
        for (byte[] part : List.of(chunk("ANMF", frame.array()), chunk("VP8L", lossless.array()))) {
            message = refusal(riff(concatenated(chunk("VP8X", canvas), part)), "parts.webp");
            assertEquals("parts.webp: it says it is 5 x 4 pixels, but its first frame has 13000 x 13000", message);
        }
    }

    private static byte[] webp(String type, ByteBuffer data, int width, int height) {
        data.order(ByteOrder.LITTLE_ENDIAN).putShort((short) width).putShort((short) height);
        return riff(chunk(type, data.array()));
    }

    private static byte[] chunk(String type, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + (data.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(type.getBytes(StandardCharsets.ISO_8859_1))
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static byte[] riff(byte[] chunks) {
        return chunk("RIFF", concatenated("WEBP".getBytes(StandardCharsets.ISO_8859_1), chunks));
    }

    @Test
    void aPngWithoutAPictureIsRefusedInWords() {
        byte[] end = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0, 0, 0, 0};
        byte[] signature = PngDecoder.SIGNATURE.getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                "a.png: a PNG without a picture in it: expected chunks IHDR and IDAT",
                refusal(concatenated(signature, end), "a.png"));
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

    private static byte[] concatenated(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static int lastIndexOf(byte[] bytes, int first, int second) {
        int last = -1;
        for (int i = 0; i + 1 < bytes.length; i++) {
            last = (bytes[i] & 0xFF) == first && (bytes[i + 1] & 0xFF) == second ? i : last;
        }
        return last;
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
