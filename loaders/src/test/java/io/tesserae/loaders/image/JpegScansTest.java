package io.tesserae.loaders.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Progressive JPEGs whose last scans are missing, as a connection that broke leaves them: no decoder knows what was in these. */
class JpegScansTest {

    private static final Path PICTURE = Path.of("..", "testdata", "images", "j_17x33_s1_q50_p.jpg");
    private static final byte[] END = {-1, (byte) 0xD9};

    /** What the file says before its frame: start, and a table of quantisation. */
    private static final byte[] BLANK_START =
            concatenated(new byte[] {-1, (byte) 0xD8, -1, (byte) 0xDB, 0, 67, 0}, ofLength(64, 1));

    /** A frame of one component, 8 x 8 pixels; Huffman tables whose only code, one bit, says "the same" and "nothing follows". */
    private static final byte[] BLANK_FRAME = concatenated(
            new byte[] {-1, (byte) 0xC2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0},
            concatenated(huffmanTable(0x00), huffmanTable(0x10)));

    @Test
    void aPictureThatIsCutBetweenTwoScansIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(PICTURE);
        List<Integer> ends = endsOfScans(whole);
        assertEquals(10, ends.size());
        for (int scans = 1; scans < ends.size(); scans++) {
            byte[] cut = concatenated(Arrays.copyOf(whole, ends.get(scans - 1)), END);
            String message = refusal(cut);
            assertTrue(
                    message.startsWith("a.jpg: a progressive JPEG whose last scans are missing (" + scans + " found)"),
                    message);
            assertTrue(message.endsWith("save it as a complete JPEG or as PNG"), message);
        }
        byte[] complete = concatenated(Arrays.copyOf(whole, ends.getLast()), END);
        assertArrayEquals(
                ImageFiles.read(whole, "a.jpg").pixels(),
                ImageFiles.read(complete, "a.jpg").pixels());
    }

    /** Pillow: "broken data stream when reading image file". */
    @Test
    void aPictureWithAMarkerThatCannotBeThereIsRefused() throws IOException {
        for (String name : List.of("j_17x33_s1_q50_p.jpg", "j_17x33_s2_q95_b.jpg")) {
            byte[] whole = Files.readAllBytes(PICTURE.resolveSibling(name));
            for (int marker : new int[] {0x06, 0xBF, 0xC0, 0xC3, 0xD8, 0xDE, 0xF0, 0xFD}) {
                byte[] damaged = whole.clone();
                int at = whole.length - 12; // coded data of the last scan
                damaged[at] = -1;
                damaged[at + 1] = (byte) marker;
                assertEquals(
                        "a.jpg: the file is damaged: the marker FF %02X at byte %d, among the picture's data, is none that may be there. Fetch it again"
                                .formatted(marker, at),
                        refusal(damaged));
            }
        }
    }

    /** The first scan brings the means of the blocks. Without them libjpeg-turbo guesses nothing, nor does libjpeg. */
    @Test
    void aPictureWithoutItsFirstScanIsReadAsTheReferenceReadsIt() throws IOException {
        byte[] whole = Files.readAllBytes(PICTURE);
        List<Integer> ends = endsOfScans(whole);
        int frame = indexOf(whole, 0xC2);
        int frameEnd = frame + 2 + length(whole, frame);
        byte[] rest = Arrays.copyOfRange(whole, ends.getFirst(), whole.length);
        RgbImage image = ImageFiles.read(concatenated(Arrays.copyOf(whole, frameEnd), rest), "a.jpg");
        CRC32 checksum = new CRC32();
        checksum.update(image.pixels());
        assertEquals(0x2ae96f2cL, checksum.getValue()); // of what Pillow 12.3 gives
    }

    /** libjpeg-turbo guesses the first nine coefficients after the mean. Those behind are zero for everyone. */
    @Test
    void coefficientsThatNobodyGuessesMayBeMissing() {
        byte[] grey = ofLength(3 * 64, 128);
        assertArrayEquals(
                grey,
                ImageFiles.read(blank(scan(0, 0, 0), scan(1, 63, 0)), "a.jpg").pixels());
        assertArrayEquals(
                grey,
                ImageFiles.read(blank(scan(0, 0, 0), scan(1, 9, 0)), "a.jpg").pixels());
        refusal(blank(scan(0, 0, 0), scan(1, 8, 0)));
        refusal(blank(scan(0, 0, 0), scan(1, 63, 1)));
        refusal(blank(scan(0, 0, 0), scan(2, 63, 0)));
        refusal(blank(scan(0, 0, 0)));
        assertArrayEquals(grey, ImageFiles.read(blank(scan(1, 8, 0)), "a.jpg").pixels());
    }

    private static byte[] blank(byte[]... scans) {
        byte[] file = concatenated(BLANK_START, BLANK_FRAME);
        for (byte[] scan : scans) {
            file = concatenated(file, scan);
        }
        return concatenated(file, END);
    }

    /** A scan that says nothing about these coefficients, but for their last bits. */
    private static byte[] scan(int first, int last, int missingBits) {
        return new byte[] {-1, (byte) 0xDA, 0, 8, 1, 1, 0, (byte) first, (byte) last, (byte) missingBits, 0x7F};
    }

    private static byte[] huffmanTable(int number) {
        byte[] table = new byte[22];
        table[0] = -1;
        table[1] = (byte) 0xC4;
        table[3] = 20;
        table[4] = (byte) number;
        table[5] = 1; // one code of one bit, for 0
        return table;
    }

    private static byte[] ofLength(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static String refusal(byte[] bytes) {
        return assertThrows(ImageException.class, () -> ImageFiles.read(bytes, "a.jpg"))
                .getMessage();
    }

    private static List<Integer> endsOfScans(byte[] file) {
        List<Integer> ends = new ArrayList<>();
        int at = 2;
        while ((file[at + 1] & 0xFF) != 0xD9) {
            boolean scan = (file[at + 1] & 0xFF) == 0xDA;
            at += 2 + length(file, at);
            if (scan) {
                while (file[at] != -1 || file[at + 1] == 0) {
                    at++;
                }
                ends.add(at);
            }
        }
        return ends;
    }

    private static int indexOf(byte[] file, int marker) {
        int at = 2;
        while ((file[at + 1] & 0xFF) != marker) {
            at += 2 + length(file, at);
        }
        return at;
    }

    private static int length(byte[] file, int marker) {
        return (file[marker + 2] & 0xFF) << 8 | file[marker + 3] & 0xFF;
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }
}
