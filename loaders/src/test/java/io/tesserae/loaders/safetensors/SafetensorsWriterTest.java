package io.tesserae.loaders.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsWriterTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    /** What safetensors 0.8 wrote for the same tensors. */
    private static final String REFERENCE_HEADER = "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"i\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
            + "\"a\\n\\\"\\\\\\u0001\u007f\u00e9\ud83d\ude00/\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[8,24]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[24,28]},"
            + "\"\ue000\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[28,32]},"
            + "\"h\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[32,38]},"
            + "\"u\":{\"dtype\":\"U8\",\"shape\":[0,3],\"data_offsets\":[38,38]}} ";

    @TempDir
    Path folder;

    @Test
    void writesTheHeaderOfTheReference() throws IOException {
        byte[] file = bytesOf(new SafetensorsWriter()
                .addFloats("b", new float[1], 1)
                .add("a\n\"\\\u0001\u007f\u00e9\ud83d\ude00/", Tensor.zeros(2, 2))
                .addFloats("\ue000", new float[1], 1)
                .addLongs("i", new long[1])
                .add("u", DType.U8, new long[] {0, 3}, out -> {})
                .add("h", DType.F16, new long[] {3}, out -> out.write(new byte[6]))
                .metadata("format", "pt"));
        byte[] header = REFERENCE_HEADER.getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(header, Arrays.copyOfRange(file, 8, 8 + header.length));
        assertEquals(8 + header.length + 38, file.length);
    }

    /** Files that the reference wrote, read and written again: not a byte changes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "distilbert-base/model",
                "distilbert-base/expected",
                "distilbert-fp16/model",
                "distilbert-bf16-sharded/model-00002-of-00003"
            })
    void writesTheBytesOfTheReference(String name) throws IOException {
        Path original = Packed.file(FIXTURES.resolve(name + ".safetensors"));
        Path copy = folder.resolve("copy.safetensors");
        try (SafetensorsFile file = SafetensorsFile.open(original)) {
            SafetensorsWriter writer = new SafetensorsWriter();
            file.metadata().forEach(writer::metadata);
            List<TensorEntry> shuffled = new ArrayList<>(file.entries());
            Collections.shuffle(shuffled, new Random(1));
            for (TensorEntry entry : shuffled) {
                writer.add(
                        entry.name(),
                        entry.dtype(),
                        entry.shape(),
                        out -> out.write(file.bytes(entry.name()).toArray(ValueLayout.JAVA_BYTE)));
            }
            writer.write(copy);
        }
        assertEquals(-1, Files.mismatch(original, copy));
    }

    @Test
    void writesNoTensorsAtAll() throws IOException {
        assertEquals("{}      ", new String(bytesOf(new SafetensorsWriter()), 8, 8, StandardCharsets.UTF_8));
    }

    @Test
    void refusesWhatNoFileCanHold() {
        SafetensorsWriter writer = new SafetensorsWriter().addFloats("a", new float[2], 2);
        assertThrows(IllegalArgumentException.class, () -> writer.addFloats("a", new float[2], 2));
        assertThrows(IllegalArgumentException.class, () -> writer.addFloats("b", new float[2], 3));
        assertThrows(IllegalArgumentException.class, () -> writer.addFloats("b", new float[1], -1, -1));
        assertThrows(IllegalArgumentException.class, () -> writer.addFloats("b", new float[0], 0, -1));
        assertThrows(IllegalArgumentException.class, () -> writer.addLongs("b", new long[2]));
        assertThrows(IllegalArgumentException.class, () -> writer.addLongs("__metadata__", new long[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.addLongs("half \ud800", new long[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.metadata("half", "\udc00"));
        assertThrows(
                IllegalArgumentException.class, () -> writer.add("b", DType.F4, new long[] {3}, out -> out.write(0)));
        assertThrows(
                IllegalArgumentException.class,
                () -> writer.add("b", DType.F32, new long[] {1L << 40, 1L << 40}, out -> {}));
    }

    @Test
    void leavesTheOldFileWhereWritingFails() throws IOException {
        Path file = folder.resolve("model.safetensors");
        new SafetensorsWriter().addFloats("a", new float[] {1}, 1).write(file);
        byte[] before = Files.readAllBytes(file);
        SafetensorsWriter tooShort =
                new SafetensorsWriter().add("a", DType.F32, new long[] {2}, out -> out.write(new byte[7]));
        SafetensorsWriter tooLong =
                new SafetensorsWriter().add("a", DType.F32, new long[] {2}, out -> out.write(new byte[9]));
        SafetensorsWriter broken = new SafetensorsWriter().add("a", DType.F32, new long[] {2}, out -> {
            throw new IOException("no more");
        });
        assertThrows(IllegalStateException.class, () -> tooShort.write(file));
        assertThrows(IllegalStateException.class, () -> tooLong.write(file));
        assertThrows(IOException.class, () -> broken.write(file));
        assertArrayEquals(before, Files.readAllBytes(file));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(file), left.toList());
        }
        new SafetensorsWriter().write(file);
        assertFalse(Arrays.equals(before, Files.readAllBytes(file)));
    }

    @Test
    void saysWhyAFileCannotBeWritten() {
        IOException missing = assertThrows(
                IOException.class,
                () -> new SafetensorsWriter().write(folder.resolve("no").resolve("x")));
        assertTrue(missing.getMessage().contains("no folder"), missing.getMessage());
        IOException directory = assertThrows(IOException.class, () -> new SafetensorsWriter().write(folder));
        assertTrue(directory.getMessage().contains("is a folder"), directory.getMessage());
    }

    @Property(tries = 200)
    void whatIsWrittenIsReadBack(
            @ForAll("tensors") Map<String, Content> tensors, @ForAll("texts") Map<String, String> metadata)
            throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        tensors.forEach((name, content) ->
                writer.add(name, content.dtype(), content.shape(), out -> out.write(content.bytes())));
        byte[] written = bytesOf(writer);
        try (SafetensorsFile file = SafetensorsFile.of(MemorySegment.ofArray(written), "round trip")) {
            assertEquals(tensors.keySet(), file.names());
            assertEquals(metadata, file.metadata());
            tensors.forEach((name, content) -> {
                assertEquals(content.dtype(), file.entry(name).dtype());
                assertArrayEquals(content.shape(), file.shape(name));
                assertArrayEquals(content.bytes(), file.bytes(name).toArray(ValueLayout.JAVA_BYTE));
            });
        }
    }

    @Property(tries = 100)
    void floatsAndLongsKeepTheirBits(@ForAll float[] floats, @ForAll long[] longs) throws IOException {
        byte[] written = bytesOf(new SafetensorsWriter()
                .addFloats("floats", floats, 1, floats.length)
                .addLongs("longs", longs, longs.length));
        try (SafetensorsFile file = SafetensorsFile.of(MemorySegment.ofArray(written), "round trip")) {
            float[] floatsBack = new float[floats.length];
            file.read("floats", 0, floatsBack, 0, floats.length);
            assertArrayEquals(floats, floatsBack);
            long[] longsBack = new long[longs.length];
            file.readLongs("longs", 0, longsBack, 0, longs.length);
            assertArrayEquals(longs, longsBack);
        }
    }

    record Content(DType dtype, long[] shape, byte[] bytes) {}

    @Provide
    Arbitrary<Map<String, Content>> tensors() {
        // The first dimension makes any type fill whole bytes.
        Arbitrary<long[]> shapes = Arbitraries.longs()
                .between(0, 5)
                .array(long[].class)
                .ofMaxSize(3)
                .map(rest -> {
                    long[] shape = Arrays.copyOf(rest, rest.length + 1);
                    shape[rest.length] = 8;
                    return shape;
                });
        Arbitrary<Content> contents = Arbitraries.of(DType.class)
                .flatMap(dtype -> shapes.map(shape -> {
                    int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
                    byte[] bytes = new byte[elements * dtype.bits() / Byte.SIZE];
                    new Random(elements).nextBytes(bytes);
                    return new Content(dtype, shape, bytes);
                }));
        return Arbitraries.maps(names(), contents).ofMaxSize(8);
    }

    @Provide
    Arbitrary<Map<String, String>> texts() {
        return Arbitraries.maps(names(), names()).ofMaxSize(4);
    }

    private static Arbitrary<String> names() {
        Arbitrary<String> wellFormed = Arbitraries.strings()
                .ofMaxLength(12)
                .filter(name ->
                        name.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
        return Arbitraries.oneOf(
                wellFormed, Arbitraries.of("a\"b", "\\", "\n\t\b\f\r\u0000\u001f", "\ud83d\ude00", ""));
    }

    private static byte[] bytesOf(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out);
        return out.toByteArray();
    }
}
