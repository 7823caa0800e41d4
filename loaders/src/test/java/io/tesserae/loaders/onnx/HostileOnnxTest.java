package io.tesserae.loaders.onnx;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.TensorEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Files that nobody exported: they are read, or refused with {@link ModelLoadingException}, nothing else. */
class HostileOnnxTest {

    @Property(tries = 5_000)
    void everyMutationIsReadOrRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = validFile();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        isRead(bytes);
    }

    @Property(tries = 5_000)
    void everySequenceOfBytesIsReadOrRefused(@ForAll byte[] bytes) throws IOException {
        isRead(bytes);
        isRead(OnnxWriter.model(new Proto().raw(bytes)));
        isRead(OnnxWriter.model(new Proto().bytes(1, bytes)));
        isRead(OnnxWriter.model(new Proto().bytes(5, bytes)));
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] valid = validFile();
        assertTrue(isRead(valid));
        for (int length = 0; length < valid.length; length++) {
            assertFalse(isRead(Arrays.copyOf(valid, length)), "read with " + length + " bytes");
        }
    }

    @Test
    void lengthsBeyondTheFileAreRefusedBeforeAnythingIsAllocated() {
        for (long length : new long[] {100, 1L << 31, 1L << 40, Long.MAX_VALUE, -1}) {
            for (int field : new int[] {1, 2, 5}) {
                assertRefused(
                        OnnxWriter.model(new Proto().rawVarint(field << 3 | 2).rawVarint(length)), "announces");
            }
        }
    }

    @Test
    void shapesThatCannotBeAreRefused() {
        assertRefused(weight(-1), "expected dimensions of 0 or more, found -1");
        assertRefused(weight(Long.MIN_VALUE), "expected dimensions of 0 or more");
        assertRefused(weight(1L << 32, 1L << 32), "2^63 elements or more");
        assertRefused(weight(Long.MAX_VALUE), "expected 9223372036854775807 elements of type FLOAT");
        assertRefused(weight(3), "expected 3 elements of type FLOAT, 4 bytes each, found 8 bytes");
        assertRefused(weight(new long[40]), "at most 32 dimensions");
    }

    @Test
    void typesThatCannotBeAreRefused() {
        assertRefused(initializer(new Proto().varint(2, 99).text(8, "a")), "no data_type of the format: 99");
        assertRefused(initializer(new Proto().varint(2, 1L << 40).text(8, "a")), "no data_type of the format");
        assertRefused(initializer(new Proto().varint(2, 1)), "a name and a data_type");
        assertRefused(initializer(new Proto().text(8, "a")), "a name and a data_type");
        assertRefused(initializer(new Proto().text(8, "a").text(8, "b").varint(2, 1)), "name occurs twice");
        assertRefused(
                initializer(new Proto().bytes(8, new byte[] {(byte) 0xFF}).varint(2, 1)), "expected a name in UTF-8");
        assertRefused(initializer(new Proto().text(8, "a".repeat(5_000)).varint(2, 1)), "a name of at most 4096 bytes");
        assertRefused(
                initializer(OnnxWriter.tensor("a", OnnxWriter.FLOAT16, 1).varint(5, 1 << 16)),
                "expected the 16 bits of a number");
        assertRefused(
                initializer(OnnxWriter.tensor("a", OnnxWriter.FLOAT, 1)
                        .bytes(9, new byte[4])
                        .bytes(4, new byte[4])),
                "in one field");
        assertRefused(initializer(OnnxWriter.tensor("a", OnnxWriter.FLOAT16, 2).bytes(4, new byte[4])), "in one field");
    }

    /** Groups, integers that never end, graphs in graphs: nothing goes deeper than it has been told to. */
    @Test
    void whatTheFormatDoesNotHaveIsRefused() {
        assertRefused(new Proto().rawVarint(7 << 3 | 3).toBytes(), "wire type");
        assertRefused(new Proto().rawVarint(9 << 3 | 6).toBytes(), "wire type 0, 1, 2 or 5, found 6");
        assertRefused(new Proto().rawVarint(0).toBytes(), "the number of a field, found 0");
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0x80);
        assertRefused(new Proto().rawVarint(1 << 3).raw(endless).toBytes(), "an integer of 64 bits");
        assertRefused(new byte[0], "no graph");
        assertRefused(new Proto().message(7, new Proto()).toBytes(), "no opset_import");
        assertRefused(
                new Proto().message(7, new Proto()).message(7, new Proto()).toBytes(), "one graph, found two");
    }

    @Test
    void whatIsManyOrDeepTakesNoTime() {
        Proto nested = new Proto();
        for (int depth = 0; depth < 2_000; depth++) {
            nested = new Proto().message(1, new Proto().message(5, new Proto().message(6, nested)));
        }
        byte[] deep = OnnxWriter.model(nested);
        byte[] nodes = OnnxWriter.model(new Proto().raw(repeat(new byte[] {1 << 3 | 2, 0}, 1_000_001)));
        Proto tensors = new Proto();
        for (int i = 0; i <= 100_000; i++) {
            tensors.message(5, OnnxWriter.tensor("t" + i, OnnxWriter.FLOAT, 0));
        }
        byte[] initializers = OnnxWriter.model(tensors);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            isRead(deep);
            assertRefused(nodes, "at most 1000000 nodes");
            assertRefused(initializers, "at most 100000 initializers");
        });
    }

    private static byte[] repeat(byte[] bytes, int times) {
        byte[] all = new byte[bytes.length * times];
        for (int i = 0; i < all.length; i++) {
            all[i] = bytes[i % bytes.length];
        }
        return all;
    }

    private static byte[] weight(long... shape) {
        return initializer(
                OnnxWriter.tensor("a.weight", OnnxWriter.FLOAT, shape).bytes(9, new byte[8]));
    }

    private static byte[] initializer(Proto tensor) {
        return new OnnxWriter().initializer(tensor).toBytes();
    }

    private static byte[] validFile() {
        return new OnnxWriter()
                .floats("onnx::MatMul_1", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .floats("layer.0.bias", new float[] {1, 2, 3}, 3)
                .initializer(
                        OnnxWriter.tensor("b.weight", OnnxWriter.FLOAT16, 2).bytes(5, new byte[] {1, 2}))
                .node("MatMul", "/layer.0/MatMul", List.of("x", "onnx::MatMul_1"), "y")
                .node("Add", "/layer.0/Add", List.of("layer.0.bias", "y"), "z")
                .toBytes();
    }

    private static void assertRefused(byte[] bytes, String expected) {
        Exception refusal = assertThrows(ModelLoadingException.class, () -> OnnxFileTest.open(bytes));
        assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
    }

    /** Reads all that there is, if it is valid. */
    private static boolean isRead(byte[] bytes) throws IOException {
        try (OnnxFile file = OnnxFileTest.open(bytes)) {
            for (TensorEntry entry : file.entries()) {
                int count = Math.toIntExact(entry.elementCount());
                if (entry.dtype().isFloatingPoint() && count <= bytes.length) {
                    try {
                        file.requireFloatingPoint(entry.name());
                        file.read(entry.name(), 0, new float[count], 0, count);
                    } catch (ModelLoadingException e) {
                        // float64, which is no weight
                    }
                }
            }
            return true;
        } catch (ModelLoadingException e) {
            return false;
        }
    }
}
