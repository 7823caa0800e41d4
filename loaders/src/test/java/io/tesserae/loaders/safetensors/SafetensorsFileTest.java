package io.tesserae.loaders.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.bytes.FileBytes;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tensor.Precision;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

    private static final int BIG = 100_000;

    @TempDir
    Path folder;

    @Test
    void readsEveryTypeThatHasAFloatReading() {
        assertArrayEquals(new float[] {0, 1, 1}, readOne("BOOL", new byte[] {0, 1, 2}));
        assertArrayEquals(new float[] {255, 1}, readOne("U8", new byte[] {-1, 1}));
        assertArrayEquals(new float[] {-1, 127}, readOne("I8", new byte[] {-1, 127}));
        assertArrayEquals(
                new float[] {-2, 258},
                readOne("I16", bytes(4).putShort((short) -2).putShort((short) 258)));
        assertArrayEquals(new float[] {65534}, readOne("U16", bytes(2).putShort((short) -2)));
        assertArrayEquals(
                new float[] {-7, 65536}, readOne("I32", bytes(8).putInt(-7).putInt(65536)));
        assertArrayEquals(new float[] {4294967289f}, readOne("U32", bytes(4).putInt(-7)));
        assertArrayEquals(
                new float[] {-3, 0x1p40f}, readOne("I64", bytes(16).putLong(-3).putLong(1L << 40)));
        assertArrayEquals(
                new float[] {0x1p64f, 5}, readOne("U64", bytes(16).putLong(-1).putLong(5)));
        assertArrayEquals(
                new float[] {1.5f, -0f}, readOne("F32", bytes(8).putFloat(1.5f).putFloat(-0f)));
        assertArrayEquals(
                new float[] {1 / 3f, Float.POSITIVE_INFINITY, 0},
                readOne("F64", bytes(24).putDouble(1 / 3.0).putDouble(3.5e38).putDouble(1e-46)));
    }

    /** All 65,536 bit patterns, less the NaNs; the checksums are of PyTorch's answers. */
    @ParameterizedTest
    @CsvSource({"F16, 63490, 1487021387", "BF16, 65282, 531439750"})
    void widensHalfPrecisionAsPyTorchDoes(String dtype, int numbers, long checksum) {
        ByteBuffer all = bytes(2 << 16);
        IntStream.range(0, 1 << 16).forEach(bits -> all.putShort((short) bits));
        CRC32 crc = new CRC32();
        int count = 0;
        for (float value : readOne(dtype, all)) {
            if (!Float.isNaN(value)) {
                crc.update(bytes(Float.BYTES).putFloat(value).array());
                count++;
            }
        }
        assertEquals(numbers, count);
        assertEquals(checksum, crc.getValue());
    }

    /** All 256 codes, less the NaNs; the checksums are of PyTorch's answers. */
    @ParameterizedTest
    @CsvSource({
        "F8_E4M3, 254, 195217170",
        "F8_E5M2, 250, 1024989343",
        "F8_E4M3FNUZ, 255, 2496983798",
        "F8_E5M2FNUZ, 255, 1927310792",
        "F8_E8M0, 255, 3604978340"
    })
    void widensEightBitsAsPyTorchDoes(String dtype, int numbers, long checksum) {
        ByteBuffer all = bytes(256);
        IntStream.range(0, 256).forEach(code -> all.put((byte) code));
        CRC32 crc = new CRC32();
        int count = 0;
        for (float value : readOne(dtype, all)) {
            if (!Float.isNaN(value)) {
                assertEquals(Float.floatToRawIntBits(value), Float.floatToRawIntBits(Precision.BFLOAT16.round(value)));
                crc.update(bytes(Float.BYTES).putFloat(value).array());
                count++;
            }
        }
        assertEquals(numbers, count);
        assertEquals(checksum, crc.getValue());
    }

    @ParameterizedTest
    @CsvSource({"F16, FLOAT16", "BF16, BFLOAT16", "F32, FLOAT32", "F64, FLOAT32", "I8, FLOAT32", "F8_E4M3, BFLOAT16"})
    void saysWhatIsStoredInLessThanFloat32(String dtype, Precision precision) {
        int bytes = DType.named(dtype).orElseThrow().bits() / 8;
        assertEquals(
                precision, inMemory(entry(dtype, 1, bytes), new byte[bytes]).precision("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C64", "F4", "F6_E2M3", "F6_E3M2"})
    void opensTypesWithoutAFloatReadingAndSaysSoOnUse(String dtype) {
        SafetensorsFile file =
                inMemory("{\"x\":{\"dtype\":\"" + dtype + "\",\"shape\":[0],\"data_offsets\":[0,0]}}", new byte[0]);
        Exception e = assertThrows(IllegalArgumentException.class, () -> file.read("x", 0, new float[0], 0, 0));
        assertTrue(e.getMessage().contains("\"x\" (" + dtype + " [0])"), e.getMessage());
    }

    @Test
    void readsRunsIntoTheMiddleOfAnArray() {
        SafetensorsFile file = inMemory(
                entry("F32", 4, 16),
                bytes(16).putFloat(1).putFloat(2).putFloat(3).putFloat(4).array());
        float[] destination = {9, 9, 9, 9};
        file.read("x", 1, destination, 2, 2);
        assertArrayEquals(new float[] {9, 9, 2, 3}, destination);
        file.read("x", 4, destination, 4, 0);
    }

    @Test
    void refusesRunsOutsideTheTensorOrTheArray() {
        SafetensorsFile file = inMemory(entry("F32", 4, 16), new byte[16]);
        float[] destination = new float[8];
        assertThrows(IndexOutOfBoundsException.class, () -> file.read("x", -1, destination, 0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> file.read("x", 3, destination, 0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> file.read("x", Long.MAX_VALUE, destination, 0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> file.read("x", 0, destination, 0, -1));
        assertThrows(IndexOutOfBoundsException.class, () -> file.read("x", 0, destination, 5, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> file.read("x", 0, destination, -1, 4));
        Exception e = assertThrows(IllegalArgumentException.class, () -> file.read("y", 0, destination, 0, 1));
        assertTrue(e.getMessage().contains("no tensor \"y\""), e.getMessage());
    }

    @Test
    void readsTokenIds() {
        SafetensorsFile longs = inMemory(
                entry("I64", 2, 16), bytes(16).putLong(101).putLong(1L << 31).array());
        long[] wide = new long[3];
        longs.readLongs("x", 0, wide, 1, 2);
        assertArrayEquals(new long[] {0, 101, 1L << 31}, wide);
        int[] ids = new int[2];
        longs.readInts("x", 0, ids, 0, 1);
        assertEquals(101, ids[0]);
        Exception e = assertThrows(ModelLoadingException.class, () -> longs.readInts("x", 0, ids, 0, 2));
        assertTrue(
                e.getMessage().contains("element 1: expected the range of an int, found 2147483648"), e.getMessage());

        SafetensorsFile unsigned =
                inMemory(entry("U64", 1, 8), bytes(8).putLong(-1).array());
        assertThrows(ModelLoadingException.class, () -> unsigned.readLongs("x", 0, wide, 0, 1));
        SafetensorsFile floats = inMemory(entry("F32", 2, 8), new byte[8]);
        assertThrows(IllegalArgumentException.class, () -> floats.readLongs("x", 0, wide, 0, 1));
    }

    @Test
    void countsDimensionsInUnsignedIntegersFromLeftToRight() {
        assertArrayEquals(
                new long[] {0, 1L << 40, 1L << 40},
                inMemory(emptyOf("0,1099511627776,1099511627776"), new byte[0]).shape("x"));
        assertRefused(emptyOf("1099511627776,1099511627776,0"), "2^64");
        assertRefused(emptyOf("0,9223372036854775808"), "2^63");
    }

    /** The depth is the reference's, by trial: an array of 125 levels in an entry is read, one of 126 refused. */
    @Test
    void skipsUnknownFieldsToTheDepthOfTheReference() {
        assertTrue(inMemory(withExtra("[".repeat(125) + "]".repeat(125)), new byte[4])
                .names()
                .contains("x"));
        assertRefused(withExtra("[".repeat(126) + "]".repeat(126)), "nested");
        assertRefused(withExtra("[".repeat(1_000_000)), "nested");
    }

    /** Verdicts of the reference on the value of a field that it has no use for. */
    @Test
    void isAsStrictAboutValuesItDoesNotNeed() {
        for (String value :
                List.of("0e999", "1E5", "-0", "\"\\ud800\\udc00\"", "\"\\/\"", "true", "{\"a\":1,\"a\":2}", "[]")) {
            assertTrue(inMemory(withExtra(value), new byte[4]).names().contains("x"), value);
        }
        for (String value : List.of(
                "1e999",
                "1".repeat(400),
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\x\"",
                "tru",
                "NaN",
                "01",
                "1.",
                ".5",
                "-",
                "+1",
                "{\"a\":1,}",
                "[1,]",
                "\"\\u00e\"",
                "\"\\uD83D\\u0041\"",
                "",
                "'a'",
                "\"a",
                "\"\t\"")) {
            assertThrows(ModelLoadingException.class, () -> inMemory(withExtra(value), new byte[4]), value);
        }
    }

    @Test
    void readsEscapedFieldNames() {
        String header =
                "{\"x\":{\"d\\u0074ype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"__meta\\u0064ata__\":{\"a\":\"b\"}}";
        SafetensorsFile file = inMemory(header, new byte[4]);
        assertEquals(DType.F32, file.entry("x").dtype());
        assertEquals(Map.of("a", "b"), file.metadata());
    }

    @Test
    void cutsAndEscapesHostileNamesInMessages() {
        String name = "\\u001b[2J" + "n".repeat(10_000);
        ModelLoadingException e = assertThrows(
                ModelLoadingException.class, () -> inMemory("{\"" + name + "\":{\"dtype\":\"F33\"}}", new byte[0]));
        assertTrue(e.getMessage().length() < 1000, e.getMessage());
        assertFalse(e.getMessage().contains("\u001b"));
    }

    @Test
    void viewsATensorsBytesWithoutCopying() throws IOException {
        Path path = write(entry("U8", 3, 3), new byte[] {1, 2, 3});
        MemorySegment view;
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            view = file.bytes("x");
            assertArrayEquals(new byte[] {1, 2, 3}, view.toArray(ValueLayout.JAVA_BYTE));
            assertTrue(view.isReadOnly());
        }
        assertThrows(IllegalStateException.class, () -> view.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void readsNothingOnceClosed() throws IOException {
        SafetensorsFile mapped = SafetensorsFile.open(write(entry("F32", BIG, 4 * BIG), new byte[4 * BIG]));
        SafetensorsFile inMemory = inMemory(entry("F32", BIG, 4 * BIG), new byte[4 * BIG]);
        for (SafetensorsFile file : List.of(mapped, inMemory)) {
            file.close();
            file.close();
            assertThrows(IllegalStateException.class, () -> file.read("x", 0, new float[1], 0, 1));
            assertThrows(IllegalStateException.class, () -> file.read("x", 0, new float[BIG], 0, BIG));
            assertThrows(IllegalStateException.class, () -> file.bytes("x"));
        }
    }

    @Test
    void refusesWhatIsNotAFile() {
        assertThrows(ModelLoadingException.class, () -> SafetensorsFile.open(folder));
        Exception e = assertThrows(ModelLoadingException.class, () -> SafetensorsFile.open(folder.resolve("none")));
        assertTrue(e.getMessage().endsWith("none: no such file"), e.getMessage());
    }

    @Test
    void readsTensorsBeyondTwoGigabytes() throws IOException {
        long elements = (5L << 30) / Float.BYTES;
        Path path = write(
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[" + elements / 4 + ",4],\"data_offsets\":[0," + (5L << 30)
                        + "]},\"y\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[" + (5L << 30) + ","
                        + ((5L << 30) + 2)
                        + "]}}",
                new byte[0]);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            long data = channel.size();
            channel.write(bytes(8).putFloat(1.5f).putFloat(2.5f).flip(), data + (elements - 2) * Float.BYTES);
            channel.write(bytes(2).put((byte) 3).put((byte) 4).flip(), data + elements * Float.BYTES);
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(elements, file.entry("x").elementCount());
            float[] row = new float[2];
            file.read("x", elements - 2, row, 0, 2);
            assertArrayEquals(new float[] {1.5f, 2.5f}, row);
            float[] run = new float[BIG];
            file.read("x", elements - BIG, run, 0, BIG);
            assertEquals(2.5f, run[BIG - 1]);
            assertEquals(0f, run[BIG - 3]);
            file.read("y", 0, row, 0, 2);
            assertArrayEquals(new float[] {3, 4}, row);
        }
    }

    /** Many threads, runs of all lengths, and one thread after the other interrupted: every value is right. */
    @Test
    void isThreadSafeAndKnowsNoInterruption() throws Exception {
        ByteBuffer data = bytes(4 * BIG);
        IntStream.range(0, BIG).forEach(data::putFloat);
        try (SafetensorsFile file = SafetensorsFile.open(write(entry("F32", BIG, 4 * BIG), data.array()));
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Boolean>> readers = IntStream.range(0, 64)
                    .<Callable<Boolean>>mapToObj(reader -> () -> {
                        if (reader == 32) {
                            Thread.currentThread().interrupt();
                        }
                        return readsRight(file, reader * 100, reader % 2 == 0 ? 80_000 : 768)
                                && Thread.interrupted() == (reader == 32);
                    })
                    .toList();
            for (Future<Boolean> result : threads.invokeAll(readers)) {
                assertTrue(result.get());
            }
        }
    }

    @Test
    void noticesAFileThatWasCutShort() throws IOException {
        Path path = write(entry("F32", BIG, 4 * BIG), new byte[4 * BIG]);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(5000);
            }
            Exception e = assertThrows(ModelLoadingException.class, () -> file.read("x", 0, new float[BIG], 0, BIG));
            assertTrue(e.getMessage().contains("shorter"), e.getMessage());
        }
    }

    /** Behind the new end nothing is mapped any more: the JVM's fault becomes an exception with a name. */
    @Test
    void noticesItInShortRunsToo() throws IOException {
        Path path = write(entry("F32", BIG, 4 * BIG), new byte[4 * BIG]);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            truncate(path);
            float[] row = new float[100];
            Exception e = assertThrows(ModelLoadingException.class, () -> {
                for (int first = 50_000; first < 60_000; first += 100) {
                    file.read("x", first, row, 0, 100);
                }
            });
            assertTrue(e.getMessage().contains("shorter"), e.getMessage());
        }
    }

    @Test
    void noticesItWhileTheHeaderIsRead() throws IOException {
        Path path =
                write("{\"x\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}" + " ".repeat(BIG), new byte[0]);
        try (FileBytes bytes = FileBytes.open(path)) {
            truncate(path);
            Exception e = assertThrows(ModelLoadingException.class, () -> SafetensorsFile.of(bytes));
            assertTrue(e.getMessage().contains("shorter"), e.getMessage());
        }
    }

    private static void truncate(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(5000);
        }
    }

    /** A header of a fifth of what is allowed, made of what takes most memory for its length: dimensions, and names. */
    @ParameterizedTest
    @ValueSource(strings = {"dimensions", "tensors"})
    void aLongHeaderIsReadOrRefusedInWords(String made) {
        int length = 20_000_000;
        ByteBuffer file = bytes(8 + length + 1).putLong(length);
        if (made.equals("dimensions")) {
            put(file, "{\"x\":{\"dtype\":\"U8\",\"data_offsets\":[0,1],\"shape\":[1");
            while (file.position() < length - 10) {
                put(file, ",1");
            }
            put(file, "]}}");
        } else {
            put(file, "{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}");
            for (int i = 0; file.position() < length - 100; i++) {
                put(file, ",\"" + i + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
            }
            put(file, "}");
        }
        while (file.position() < 8 + length) {
            put(file, " ");
        }
        try (SafetensorsFile opened = SafetensorsFile.of(MemorySegment.ofArray(file.array()), "memory.safetensors")) {
            assertEquals(1, opened.entry("x").elementCount());
        } catch (ModelLoadingException e) {
            assertTrue(e.getMessage().contains("not enough memory"), e.getMessage());
        }
    }

    private static void put(ByteBuffer file, String text) {
        file.put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean readsRight(SafetensorsFile file, int first, int count) {
        float[] run = new float[count + 1];
        for (int repeat = 0; repeat < 20; repeat++) {
            file.read("x", first, run, 1, count);
        }
        return IntStream.range(0, count).allMatch(i -> run[i + 1] == first + i);
    }

    private static String entry(String dtype, int elements, int byteCount) {
        return "{\"x\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + elements + "],\"data_offsets\":[0," + byteCount
                + "]}}";
    }

    private static String emptyOf(String shape) {
        return "{\"x\":{\"dtype\":\"F32\",\"shape\":[" + shape + "],\"data_offsets\":[0,0]}}";
    }

    private static String withExtra(String value) {
        return "{\"x\":{\"extra\":" + value + ",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    }

    private static void assertRefused(String header, String reason) {
        Exception e = assertThrows(ModelLoadingException.class, () -> inMemory(header, new byte[4]));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    private static float[] readOne(String dtype, ByteBuffer data) {
        return readOne(dtype, data.array());
    }

    /** The data stands at an odd byte, as it may in any file. */
    private static float[] readOne(String dtype, byte[] data) {
        int elements = data.length / (DType.named(dtype).orElseThrow().bits() / 8);
        String header = entry(dtype, elements, data.length);
        SafetensorsFile file = inMemory(header.length() % 2 == 0 ? header + " " : header, data);
        float[] values = new float[elements];
        file.read("x", 0, values, 0, elements);
        return values;
    }

    private static SafetensorsFile inMemory(String header, byte[] data) {
        return SafetensorsFile.of(MemorySegment.ofArray(fileBytes(header, data)), "memory.safetensors");
    }

    private Path write(String header, byte[] data) throws IOException {
        return Files.write(folder.resolve("model.safetensors"), fileBytes(header, data));
    }

    private static byte[] fileBytes(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return bytes(8 + json.length + data.length)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }

    private static ByteBuffer bytes(int capacity) {
        return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
}
