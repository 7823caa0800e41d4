package io.tesserae.pipelines.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.generated.GeneratedPicture;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of flow, byte by byte, and drawings of it against testdata/make_flow_cases.py. */
class FlowFilesTest {

    @TempDir
    private Path folder;

    /** From -7.5 to 7.5 to the right, from -5 to 5 down, in quarters: all directions. */
    private static OpticalFlow wheel() {
        Tensor flow = Tensor.zeros(41, 61, 2);
        for (int y = -20, at = 0; y <= 20; y++) {
            for (int x = -30; x <= 30; x++) {
                flow.data()[at++] = x / 4f;
                flow.data()[at++] = y / 4f;
            }
        }
        return new OpticalFlow(flow);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void aFloFileIsMiddleburys() throws IOException {
        OpticalFlow flow = new OpticalFlow(Tensor.of(new float[] {1, -2.5f, 3, 4, Float.NaN, 2e9f}, 1, 3, 2));
        Path file = folder.resolve("flow.flo");
        FlowFiles.writeFlo(flow, file);
        byte[] expected = littleEndian(12 + 24)
                .put("PIEH".getBytes(StandardCharsets.US_ASCII))
                .putInt(3)
                .putInt(1)
                .putFloat(1)
                .putFloat(-2.5f)
                .putFloat(3)
                .putFloat(4)
                .putFloat(Float.NaN)
                .putFloat(2e9f)
                .array();
        assertArrayEquals(expected, Files.readAllBytes(file));
        OpticalFlow read = FlowFiles.readFlo(file);
        assertEquals(3, read.width());
        assertArrayEquals(flow.flow().toArray(), read.flow().toArray());
        assertEquals(new OpticalFlow.Magnitudes((Math.sqrt(7.25) + 5) / 2, 5, 2), read.magnitudes());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "nothing unfinished stays");
        }
    }

    @Test
    void whatIsLargerThanABufferIsReadAsItWasWritten() throws IOException {
        Tensor values = Tensor.zeros(300, 111, 2);
        for (int i = 0; i < values.size(); i++) {
            values.data()[i] = i * 0.37f;
        }
        Path file = folder.resolve("flow.flo");
        FlowFiles.writeFlo(new OpticalFlow(values), file);
        assertEquals(12 + 300 * 111 * 8, Files.size(file));
        assertArrayEquals(values.toArray(), FlowFiles.readFlo(file).flow().toArray());
    }

    @Test
    void anNpyFileIsNumPys() throws IOException {
        OpticalFlow flow = new OpticalFlow(Tensor.of(new float[] {1, -2.5f, 3, 4}, 2, 1, 2));
        Path file = folder.resolve("flow.npy");
        FlowFiles.writeNpy(flow, file);
        byte[] bytes = Files.readAllBytes(file);
        assertEquals(128 + 16, bytes.length);
        String header = new String(bytes, 10, 118, StandardCharsets.US_ASCII);
        assertEquals("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 2), }", header.strip());
        ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(1f, values.getFloat(128));
        assertEquals(4f, values.getFloat(140));
    }

    @Test
    void whatIsNoFloFileIsRefused() throws IOException {
        byte[] good = littleEndian(20).putFloat(202021.25f).putInt(1).putInt(1).array();
        refused(new byte[0], "not a .flo file");
        refused(Arrays.copyOf(good, 11), "not a .flo file");
        refused(littleEndian(20).putFloat(202021f).putInt(1).putInt(1).array(), "not a .flo file");
        refused(Arrays.copyOf(good, 19), "a flow of 1 x 1 pixels has 20 bytes, found 19");
        refused(Arrays.copyOf(good, 21), "found 21");
        refused(littleEndian(20).putFloat(202021.25f).putInt(0).putInt(1).array(), "found 0 x 1");
        refused(littleEndian(20).putFloat(202021.25f).putInt(1).putInt(-1).array(), "found 1 x -1");
        refused(littleEndian(20).putFloat(202021.25f).putInt(100_000).putInt(1).array(), "found 100000 x 1");
        refused(
                littleEndian(20)
                        .putFloat(202021.25f)
                        .putInt(99_999)
                        .putInt(99_999)
                        .array(),
                "99999 x 99999 pixels has 79998400020 bytes, found 20");
        assertThrows(IOException.class, () -> FlowFiles.readFlo(folder.resolve("none.flo")));
        assertThrows(IOException.class, () -> FlowFiles.readFlo(folder));
        OpticalFlow wide = new OpticalFlow(Tensor.zeros(1, 100_000, 2));
        assertThrows(IllegalArgumentException.class, () -> FlowFiles.writeFlo(wide, folder.resolve("wide.flo")));
    }

    private void refused(byte[] bytes, String message) throws IOException {
        Path file = Files.write(folder.resolve("bad.flo"), bytes);
        String said =
                assertThrows(IOException.class, () -> FlowFiles.readFlo(file)).getMessage();
        assertTrue(said.startsWith(file.toString()) && said.contains(message), said);
    }

    @Test
    void coloursAreTheUsualOnes() throws IOException {
        Path file = folder.resolve("flow.png");
        FlowPicture.write(wheel(), file, false);
        RgbImage drawn = ImageFiles.read(file);
        assertEquals(TiledFlowTest.cases().get("colours").getAsLong(), GeneratedPicture.crc(drawn.pixels()));
        assertEquals(0xFFFFFF, ColourWheel.rgb(0, 0));
        assertEquals(0xFF0000, ColourWheel.rgb(1, 0));
        assertEquals(0xBF0000, ColourWheel.rgb(1.5, 0), "beyond the unit: darker");
        assertEquals(0, ColourWheel.rgb(Double.NaN, 0));
    }

    @Test
    void whatIsNotKnownIsBlackAndCountsForNothing() throws IOException {
        Tensor flow = Tensor.of(new float[] {2, 0, Float.NaN, 1, 0, 1e10f, 0, 0}, 2, 2, 2);
        RgbImage drawn = draw(new OpticalFlow(flow), false);
        assertEquals(0, drawn.get(1, 0, 0) + drawn.get(1, 0, 1) + drawn.get(1, 0, 2));
        assertEquals(0, drawn.get(0, 1, 0) + drawn.get(0, 1, 1) + drawn.get(0, 1, 2));
        assertEquals(0, drawn.get(0, 0, 1), "the longest known movement has the full colour");
        assertEquals(255, drawn.get(1, 1, 1), "what does not move is white");
        RgbImage still = draw(new OpticalFlow(Tensor.zeros(3, 3, 2)), false);
        for (byte value : still.pixels()) {
            assertEquals(-1, value, "where nothing moves, all is white");
        }
    }

    @Test
    void theLegendIsADiscInTheCorner() throws IOException {
        OpticalFlow still = new OpticalFlow(Tensor.zeros(200, 300, 2));
        RgbImage drawn = draw(still, true);
        int rightmost = 0;
        for (int y = 0; y < 200; y++) {
            for (int x = 0; x < 300; x++) {
                boolean white = drawn.get(x, y, 0) + drawn.get(x, y, 1) + drawn.get(x, y, 2) == 3 * 255;
                assertTrue(white || x > 300 - 50 && y > 200 - 50, "only the corner is drawn on");
                rightmost = white ? rightmost : Math.max(rightmost, x);
            }
        }
        assertTrue(rightmost > 285 && rightmost < 299, "found " + rightmost);
        assertNotEquals(drawn.get(292, 175, 1), drawn.get(258, 175, 1), "to the right is red, to the left cyan");
        assertArrayEquals(
                draw(new OpticalFlow(Tensor.zeros(40, 40, 2)), false).pixels(),
                draw(new OpticalFlow(Tensor.zeros(40, 40, 2)), true).pixels(),
                "no room for it");
    }

    private RgbImage draw(OpticalFlow flow, boolean legend) throws IOException {
        Path file = folder.resolve("drawn.png");
        FlowPicture.write(flow, file, legend);
        return ImageFiles.read(file);
    }
}
