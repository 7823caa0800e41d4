package io.tesserae.loaders.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tensor.Precision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that torch wrote, by make_torch_files.py, and such as nobody should write. */
class TorchFileTest {

    private static final String STORAGE = "((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + "0X\3\0\0\0cpuK\6tQ";
    private static final String REBUILD = "ctorch._utils\n_rebuild_tensor_v2\n";
    private static final int LARGE = 300_000;
    private static final String REST = "\u0089}tR";

    @TempDir
    Path folder;

    @Test
    void tensorsAreThoseThatWereSaved() throws IOException {
        try (TorchFile file = open("tensors.pt")) {
            assertEquals(
                    List.of(
                            "whole",
                            "turned",
                            "rows",
                            "every_second",
                            "half",
                            "brain",
                            "double",
                            "scalar",
                            "nothing",
                            "ids",
                            "parameter",
                            "größe"),
                    List.copyOf(file.names()));
            assertTensor(file, "whole", new long[] {2, 3}, 0.5f, -1.25f, 3e-5f, 1e30f, 0f, -2f);
            assertTensor(file, "turned", new long[] {3, 2}, 0, 3, 1, 4, 2, 5);
            assertTensor(file, "rows", new long[] {2, 3}, 3, 4, 5, 6, 7, 8);
            assertTensor(file, "every_second", new long[] {6}, 1, 3, 5, 7, 9, 11);
            assertTensor(file, "half", new long[] {3}, 1.5f, -0.25f, 65504);
            assertTensor(
                    file,
                    "brain",
                    new long[] {2, 2},
                    1.5f,
                    -0.25f,
                    3f,
                    Float.intBitsToFloat(Float.floatToIntBits(1e30f) + 0x8000 & 0xFFFF0000));
            assertTensor(file, "double", new long[] {2}, (float) (1.0 / 3), -2);
            assertTensor(file, "scalar", new long[0], 7);
            assertTensor(file, "nothing", new long[] {0, 4});
            assertTensor(file, "parameter", new long[] {2}, 4, 5);
            assertTensor(file, "größe", new long[] {1}, 1);
            assertEquals(Precision.FLOAT16, file.precision("half"));
            assertEquals(Precision.BFLOAT16, file.precision("brain"));
            assertEquals(Precision.FLOAT32, file.precision("double"));
            float[] some = new float[4];
            file.read("turned", 2, some, 1, 3);
            assertArrayEquals(new float[] {0, 1, 4, 2}, some);
            assertThrows(IllegalArgumentException.class, () -> file.read("ids", 0, some, 0, 1));
            assertThrows(ModelLoadingException.class, () -> file.requireFloatingPoint("ids"));
            assertThrows(IndexOutOfBoundsException.class, () -> file.read("whole", 4, some, 0, 3));
            assertThrows(IndexOutOfBoundsException.class, () -> file.read("whole", 0, some, 2, 3));
            assertThrows(IllegalArgumentException.class, () -> file.shape("absent"));
            file.requireFloatingPoint("whole");
        }
    }

    @Test
    void whatIsOnDiskIsMappedUntilItIsClosed() throws IOException {
        for (String name : List.of("linear.pt", "linear-protocol-4.pt")) {
            Files.write(folder.resolve(name), bytes(name));
            TorchFile file = TorchFile.open(ModelFiles.directory(folder), name);
            assertTensor(file, "weight", new long[] {2, 3}, 0, 1, 2, 3, 4, 5);
            assertTensor(file, "bias", new long[] {2}, -1, 1);
            assertTrue(file.describe("bias").endsWith(name + ": tensor \"bias\""), file.describe("bias"));
            file.close();
            file.close();
            assertThrows(IllegalStateException.class, () -> file.read("bias", 0, new float[2], 0, 2));
        }
    }

    /** Long runs come past the mapping in pieces; a tensor that is stored in another order comes from the mapping. */
    @Test
    void longRunsAreTheSameOnDiskAndInMemory() throws IOException {
        for (String kind : List.of("FloatStorage", "HalfStorage")) {
            byte[] bytes = large(kind, "J\u00e0\u0093\4\0\u0085K\1\u0085");
            byte[] turned = large(kind, "K\3J\u00a0\u0086\1\0\u0086K\1K\3\u0086");
            Files.write(folder.resolve("whole"), bytes);
            Files.write(folder.resolve("turned"), turned);
            try (TorchFile whole = TorchFile.open(ModelFiles.directory(folder), "whole");
                    TorchFile other = TorchFile.open(ModelFiles.directory(folder), "turned")) {
                float[] expected = new float[LARGE];
                float[] expectedTurned = new float[LARGE];
                for (int i = 0; i < LARGE - 5; i++) {
                    expected[2 + i] = (i + 5) % 2048;
                    expectedTurned[2 + i] = ((i + 5) % 100_000 * 3 + (i + 5) / 100_000) % 2048;
                }
                for (TorchFile file : List.of(whole, of(bytes))) {
                    assertArrayEquals(expected, allButFive(file), kind);
                }
                for (TorchFile file : List.of(other, of(turned))) {
                    assertArrayEquals(expectedTurned, allButFive(file), kind);
                }
            }
        }
    }

    @Test
    void aFileThatHasBecomeShorterIsRefused() throws IOException {
        String whole = "J\u00e0\u0093\4\0\u0085K\1\u0085";
        for (String shape : List.of(whole, "K\3J\u00a0\u0086\1\0\u0086K\1K\3\u0086")) {
            Path path = Files.write(folder.resolve("large"), large("FloatStorage", shape));
            try (TorchFile file = TorchFile.open(ModelFiles.directory(folder), "large")) {
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.truncate(5_000);
                }
                Exception refusal = assertThrows(ModelLoadingException.class, () -> allButFive(file));
                assertTrue(refusal.getMessage().startsWith(path + ": has become shorter"), refusal.getMessage());
            }
        }
    }

    private static float[] allButFive(TorchFile file) {
        float[] found = new float[LARGE];
        file.read("t", 5, found, 2, LARGE - 5);
        return found;
    }

    /** A tensor over a storage of 300,000 numbers. */
    private static byte[] large(String kind, String shape) throws IOException {
        boolean half = kind.startsWith("Half");
        ByteBuffer data = ByteBuffer.allocate(LARGE * (half ? 2 : 4)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < LARGE; i++) {
            if (half) {
                data.putShort(Float.floatToFloat16(i % 2048));
            } else {
                data.putFloat(i % 2048);
            }
        }
        String storage = STORAGE.replace("FloatStorage", kind).replace("K\6tQ", "J\u00e0\u0093\4\0tQ");
        String pickle = "}X\1\0\0\0t" + REBUILD + storage + "K\0" + shape + REST + "s.";
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
        entries.put("a/data/0", data.array());
        return archive(entries);
    }

    @Test
    void whatIsNoStateDictIsRefusedByName() throws IOException {
        assertRefused(bytes("linear-old.pt"), "before version 1.6");
        assertRefused(bytes("module.pt"), "\"torch.nn.modules.linear.Linear\"");
        assertRefused(bytes("epoch.pt"), "\"epoch\": expected a tensor");
        assertRefused(bytes("expanded.pt"), "repeats them");
        assertRefused(new byte[0], "expected a zip file");
        assertRefused(archive(Map.of("a/b", new byte[0])), "expected one entry */data.pkl, found 0");
        assertRefused(archive("cos\nsystem\n(X\4\0\0\0echotR.", "little"), "\"os.system\"; it is not looked up");
        assertRefused(archive("c__builtin__\neval\n.", "little"), "\"__builtin__.eval\"");
        assertRefused(archive("}.", "big"), "byteorder: expected little");
        assertRefused(archive("I1\n.", "little"), "found 'I' at byte 0");
        assertRefused(archive("\u0080\6}.", "little"), "protocol 5 or less");
        assertRefused(archive("K\1.", "little"), "expected a state dict");
        assertRefused(archive("}}.", "little"), "expected a state dict");
        assertRefused(archive("}", "little"), "it was cut off");
        assertRefused(archive("X\377\377\377\377", "little"), "cut off");
        assertRefused(archive("h\1.", "little"), "found nothing");
        assertRefused(archive("}K\1K\2s.", "little"), "expected a text for a name");
        assertRefused(archive("ctorch\nFloatStorage\n)R.", "little"), "found a call of it");
        assertRefused(archive("}(u.".replace("(", "(N"), "little"), "expected pairs");
        assertRefused(archive("(".repeat(100_000) + "t".repeat(100_000) + ".", "little"), "expected a state dict");
    }

    @Test
    void sizesAreComparedWithTheBytesThereAre() throws IOException {
        assertTensor(tensor("K\0K\2K\3\u0086K\3K\1\u0086"), "t", new long[] {2, 3}, 0, 0, 0, 0, 0, 0);
        assertRefusedTensor("K\1K\2K\3\u0086K\3K\1\u0086", "leads out of them");
        assertRefusedTensor("K\0K\2K\3\u0086K\4K\1\u0086", "leads out of them");
        assertRefusedTensor("K\0K\7\u0085K\0\u0085", "repeats them");
        assertRefusedTensor("K\0J\377\377\377\177J\377\377\377\177\u0086K\0K\0\u0086", "repeats them");
        String huge = "\u008a\10\377\377\377\377\377\377\377\177";
        assertRefusedTensor("K\0" + huge + huge + "\u0086K\0K\0\u0086", "repeats them");
        assertRefusedTensor("K\0K\1K\2\u0086" + huge + huge + "\u0086", "leads out of them");
        assertRefusedTensor(huge + "K\1\u0085K\1\u0085", "leads out of them");
        assertRefusedTensor("J\377\377\377\377K\1\u0085K\1\u0085", "leads out of them");
        assertRefusedTensor("K\0K\2\u0085K\1K\1\u0086", "expected a stride for each");
        assertRefusedTensor("K\0J\377\377\377\377\u0085K\1\u0085", "0 or more");
        assertRefusedTensor("K\0(" + "K\1".repeat(17) + "t(" + "K\1".repeat(17) + "t", "at most 16 dimensions");
        assertRefused(
                archive(Map.of("a/data.pkl", pickle("K\0))"), "a/data/0", new byte[23])),
                "expected 6 elements of 4 bytes");
        assertRefused(archive(Map.of("a/data.pkl", pickle("K\0))"))), "expected a storage in an entry data/N");
    }

    @Test
    void everyBeginningOfAFileIsRefused() throws IOException {
        byte[] whole = bytes("linear.pt");
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "");
        }
    }

    @Test
    void compressedEntriesAndEntriesThatComeTwiceAreRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("a/data.pkl"));
            zip.write("}.".repeat(50).getBytes(StandardCharsets.ISO_8859_1));
        }
        assertRefused(bytes.toByteArray(), "\"a/data.pkl\": expected an entry that is stored as it is");
        Map<String, byte[]> two = new LinkedHashMap<>();
        two.put("a/data.pkl", "}.".getBytes(StandardCharsets.ISO_8859_1));
        two.put("b/data.pkl", "}.".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(archive(two), "found 2");
        byte[] twice = new String(archive(two), StandardCharsets.ISO_8859_1)
                .replace("b/data.pkl", "a/data.pkl")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(twice, "is in it twice");
    }

    private static TorchFile tensor(String arguments) throws IOException {
        return of(archive(Map.of("a/data.pkl", pickle(arguments), "a/data/0", new byte[24])));
    }

    private static void assertRefusedTensor(String arguments, String part) throws IOException {
        assertRefused(archive(Map.of("a/data.pkl", pickle(arguments), "a/data/0", new byte[24])), part);
    }

    /** A dictionary of one tensor over a storage of six elements. */
    private static byte[] pickle(String arguments) {
        return ("}X\1\0\0\0t" + REBUILD + STORAGE + arguments + REST + "s.").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] archive(String pickle, String order) throws IOException {
        return archive(Map.of(
                "a/data.pkl",
                pickle.getBytes(StandardCharsets.ISO_8859_1),
                "a/byteorder",
                order.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static byte[] archive(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> one : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(one.getKey());
                CRC32 sum = new CRC32();
                sum.update(one.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(one.getValue().length);
                entry.setCrc(sum.getValue());
                zip.putNextEntry(entry);
                zip.write(one.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static void assertTensor(TorchFile file, String name, long[] shape, float... values) {
        assertArrayEquals(shape, file.shape(name));
        float[] found = new float[values.length];
        file.read(name, 0, found, 0, found.length);
        assertArrayEquals(values, found, name);
        assertThrows(IndexOutOfBoundsException.class, () -> file.read(name, found.length, new float[1], 0, 1));
    }

    private static void assertRefused(byte[] bytes, String part) {
        String message =
                assertThrows(ModelLoadingException.class, () -> of(bytes)).getMessage();
        assertTrue(message.contains(part), message);
        assertFalse(message.contains("\n"), message);
    }

    private static TorchFile open(String name) throws IOException {
        return of(bytes(name));
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = TorchFileTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static TorchFile of(byte[] bytes) throws IOException {
        return TorchFile.open(
                ModelFiles.resources("memory", name -> name.equals("x.pt") ? new ByteArrayInputStream(bytes) : null),
                "x.pt");
    }
}
