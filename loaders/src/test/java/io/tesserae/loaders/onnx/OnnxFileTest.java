package io.tesserae.loaders.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Precision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxFileTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    private static final float[] SIX = {1, 2, 3, 4, 5, 6};
    private static final float[] SIX_TURNED = {1, 4, 2, 5, 3, 6};

    /** Of two rows by three columns, read in runs of every place and length. */
    @Test
    void aTurnedMatrixReadsAsTheWeightInEveryRun() throws IOException {
        OnnxFile file = open(new OnnxWriter()
                .floats("onnx::MatMul_1", SIX, 2, 3)
                .node("MatMul", "/dense/MatMul", List.of("x", "onnx::MatMul_1"), "y"));
        assertEquals(Set.of("dense.weight"), file.names());
        assertArrayEquals(new long[] {3, 2}, file.shape("dense.weight"));
        for (int first = 0; first <= 6; first++) {
            for (int count = 0; count <= 6 - first; count++) {
                float[] read = new float[count + 2];
                file.read("dense.weight", first, read, 1, count);
                assertArrayEquals(
                        Arrays.copyOfRange(SIX_TURNED, first, first + count), Arrays.copyOfRange(read, 1, count + 1));
            }
        }
        assertThrows(IndexOutOfBoundsException.class, () -> file.read("dense.weight", 5, new float[9], 0, 2));
        assertThrows(IllegalArgumentException.class, () -> file.read("dense.bias", 0, new float[9], 0, 2));
        file.close();
        assertThrows(IllegalStateException.class, () -> file.read("dense.weight", 0, new float[9], 0, 2));
    }

    @ParameterizedTest
    @EnumSource(OnnxWriter.Style.class)
    void everyTensorOfACheckpointComesBack(OnnxWriter.Style style) throws IOException {
        for (String name : List.of("bert-base", "distilbert-sst2", "distilbert-fp16", "distilbert-bf16-sharded")) {
            ModelFiles files = ModelFiles.directory(Packed.checkpoint(FIXTURES.resolve(name)));
            try (CheckpointWeights weights = CheckpointWeights.open(files);
                    OnnxFile file = open(OnnxWriter.write(weights, style))) {
                assertEquals(new TreeSet<>(weights.names()), new TreeSet<>(file.names()), name);
                for (String tensor : weights.names()) {
                    assertArrayEquals(weights.shape(tensor), file.shape(tensor), tensor);
                    assertEquals(weights.precision(tensor), file.precision(tensor), tensor);
                    int count = (int) Arrays.stream(weights.shape(tensor)).reduce(1, (a, b) -> a * b);
                    float[] expected = new float[count];
                    float[] found = new float[count];
                    weights.read(tensor, 0, expected, 0, count);
                    file.read(tensor, 0, found, 0, count);
                    assertArrayEquals(expected, found, tensor);
                }
            }
        }
    }

    @Test
    void elementsAreReadFromEveryFieldThatHasThem() throws IOException {
        Proto packed = new Proto();
        Proto single = OnnxWriter.tensor("b.weight", OnnxWriter.BFLOAT16, 2);
        for (float value : new float[] {1.5f, -2}) {
            packed.rawVarint(Float.floatToFloat16(value) & 0xFFFF);
            single.varint(5, Float.floatToRawIntBits(value) >>> 16);
        }
        byte[] floats = OnnxWriter.encode(new float[] {1.5f, -2}, Precision.FLOAT32);
        byte[] oneByOne = new Proto()
                .rawVarint(4 << 3 | 5)
                .raw(Arrays.copyOfRange(floats, 0, 4))
                .rawVarint(4 << 3 | 5)
                .raw(Arrays.copyOfRange(floats, 4, 8))
                .toBytes();
        OnnxFile file = open(new OnnxWriter()
                .initializer(
                        OnnxWriter.tensor("a.weight", OnnxWriter.FLOAT16, 2).bytes(5, packed.toBytes()))
                .initializer(single)
                .initializer(OnnxWriter.tensor("c.weight", OnnxWriter.FLOAT, 2).bytes(4, floats))
                .initializer(OnnxWriter.tensor("d.weight", OnnxWriter.FLOAT, 2).raw(oneByOne))
                .initializer(OnnxWriter.tensor("e.weight", OnnxWriter.FLOAT).bytes(9, Arrays.copyOf(floats, 4)))
                .initializer(
                        OnnxWriter.tensor("f.weight", OnnxWriter.FLOAT, 0, 5).bytes(9, new byte[0])));
        for (String name : List.of("a.weight", "b.weight", "c.weight", "d.weight")) {
            float[] read = new float[2];
            file.read(name, 0, read, 0, 2);
            assertArrayEquals(new float[] {1.5f, -2}, read, name);
        }
        assertArrayEquals(new long[0], file.shape("e.weight"));
        assertArrayEquals(new long[] {0, 5}, file.shape("f.weight"));
        file.close();
    }

    /** A linear layer as Gemm has it: turned by the node, or in the file. */
    @ParameterizedTest
    @CsvSource({"1, 2, 3", "0, 3, 2"})
    void gemmSaysWhichWayRound(int transB, int rows, int columns) throws IOException {
        Proto attribute = new Proto().message(5, new Proto().text(1, "transB").varint(3, transB));
        OnnxFile file = open(new OnnxWriter()
                .floats("classifier.weight", SIX, 2, 3)
                .floats("classifier.bias", new float[rows], rows)
                .node(
                        "Gemm",
                        "/classifier/Gemm",
                        List.of("x", "classifier.weight", "classifier.bias"),
                        "y",
                        attribute));
        assertArrayEquals(new long[] {rows, columns}, file.shape("classifier.weight"));
        file.close();
    }

    /** Exporters keep equal tensors once; a node then gives the others their names. */
    @Test
    void equalTensorsThatAreKeptOnceHaveAllTheirNames() throws IOException {
        OnnxFile file = open(new OnnxWriter()
                .floats("a.bias", new float[] {7, 8, 9}, 3)
                .floats("onnx::MatMul_1", SIX, 2, 3)
                .node("Identity", "Identity_0", List.of("a.bias"), "b.bias")
                .node("MatMul", "/b/MatMul", List.of("x", "onnx::MatMul_1"), "y")
                .node("Add", "/b/Add", List.of("b.bias", "y"), "z"));
        assertEquals(Set.of("a.bias", "b.bias", "b.weight"), file.names());
        file.close();
    }

    @Test
    void constantsShapesAndIndicesAreNoWeights() throws IOException {
        OnnxFile file = open(new OnnxWriter()
                .floats("a.weight", SIX, 6)
                .floats("/a/Constant_output_0", new float[] {2})
                .initializer(
                        OnnxWriter.tensor("embeddings.position_ids", 7, 1, 2).bytes(9, new byte[16]))
                .initializer(OnnxWriter.tensor("onnx::Reshape_5", 7, 2).bytes(9, new byte[16])));
        assertEquals(Set.of("a.weight"), file.names());
        file.close();
    }

    @Test
    void integersUnderAWeightsNameAreRefusedWhenTheyAreWanted() throws IOException {
        OnnxFile file = open(
                new OnnxWriter().initializer(OnnxWriter.tensor("a.weight", 7, 2).bytes(9, new byte[16])));
        Exception refusal = assertThrows(ModelLoadingException.class, () -> file.requireFloatingPoint("a.weight"));
        assertTrue(refusal.getMessage().contains("expected elements of type FLOAT, FLOAT16 or BFLOAT16, found INT64"));
        file.close();
    }

    @Test
    void quantizedAndFusedModelsAreRefusedWithWhatToTake() {
        assertRefused(
                new OnnxWriter()
                        .initializer(OnnxWriter.tensor("a_quantized", 3, 2).bytes(9, new byte[2])),
                "found a quantized model: initializer \"a_quantized\" has elements of type INT8. Take the model that it was"
                        + " made from");
        assertRefused(
                new OnnxWriter().node("MatMulInteger", "/a/MatMul_quant", List.of("x", "y"), "z"),
                "node \"/a/MatMul_quant\" is a MatMulInteger");
        assertRefused(
                new OnnxWriter()
                        .node("Attention", "Attention_0", List.of("x"), "z", new Proto().text(7, "com.microsoft")),
                "an optimizer has put several layers together");
    }

    @Test
    void namesThatContradictEachOtherAreRefused() {
        assertRefused(
                new OnnxWriter()
                        .floats("1", SIX, 2, 3)
                        .floats("layer.0.bias", new float[3], 3)
                        .node("MatMul", "/layer.1/MatMul", List.of("x", "1"), "y")
                        .node("Add", "/layer.1/Add", List.of("y", "layer.0.bias"), "z"),
                "adds the bias of layer.0");
        assertRefused(
                new OnnxWriter()
                        .floats("1", SIX, 2, 3)
                        .floats("2", SIX, 2, 3)
                        .node("MatMul", "/a/MatMul", List.of("x", "1"), "y")
                        .node("MatMul", "/a/MatMul_1", List.of("x", "2"), "z"),
                "both of the initializers \"1\" and \"2\" are used as a.weight");
        assertRefused(
                new OnnxWriter().floats("a.weight", SIX, 6).floats("a.weight", SIX, 6), "\"a.weight\" occurs twice");
    }

    @Test
    void dataBesideTheFileIsReadOnlyFromThere() throws IOException {
        byte[] data = OnnxWriter.encode(SIX, Precision.FLOAT32);
        OnnxFile file = OnnxFile.open(
                files(Map.of("model.onnx", external("model.onnx_data", "8", "16"), "model.onnx_data", data)),
                "model.onnx");
        float[] read = new float[4];
        file.read("a.weight", 0, read, 0, 4);
        assertArrayEquals(new float[] {3, 4, 5, 6}, read);
        file.close();
        for (String location : List.of("../secret", "/etc/passwd", "a\\b", "C:x", "", "..")) {
            assertRefused(external(location, "0", "16"), "expected the plain name of a file beside this one");
        }
        assertRefused(external("absent", "0", "16"), "has its data in absent, which is not there");
        for (String[] run : new String[][] {{"12", "16"}, {"99", "0"}, {"0", "99999999999999999"}}) {
            byte[] bytes = external("d", run[0], run[1]);
            Exception refusal = assertThrows(
                    ModelLoadingException.class,
                    () -> OnnxFile.open(files(Map.of("model.onnx", bytes, "d", data)), "model.onnx"));
            assertTrue(refusal.getMessage().contains("in d, which has 24"), refusal.getMessage());
        }
        assertRefused(external("d", "-1", "16"), "which is not there");
    }

    /** Long runs come past the mapping, matrices that are turned round from it; all of it ends where the file is closed, or cut. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsOnDiskIsReadAsInMemoryUntilItIsClosed(boolean beside, @TempDir Path folder) throws IOException {
        float[] values = new float[300_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        byte[] data = OnnxWriter.encode(values, Precision.FLOAT32);
        Proto tensor = OnnxWriter.tensor("a.weight", OnnxWriter.FLOAT, 300_000);
        Proto turned = OnnxWriter.tensor("onnx::MatMul_1", OnnxWriter.FLOAT, 3, 100_000);
        for (Proto one : List.of(tensor, turned)) {
            if (beside) {
                one.varint(14, 1).message(13, new Proto().text(1, "location").text(2, "weights"));
            } else {
                one.bytes(9, data);
            }
        }
        Path model = Files.write(
                folder.resolve("model.onnx"),
                new OnnxWriter()
                        .initializer(tensor)
                        .initializer(turned)
                        .initializer(OnnxWriter.tensor("b.bias", OnnxWriter.FLOAT16, 1)
                                .varint(5, 0x3C00))
                        .node("MatMul", "/b/MatMul", List.of("x", "onnx::MatMul_1"), "y")
                        .toBytes());
        Path cut = beside ? Files.write(folder.resolve("weights"), data) : model;
        float[] found = new float[values.length];
        OnnxFile file = OnnxFile.open(ModelFiles.directory(folder), "model.onnx");
        file.read("a.weight", 0, found, 0, found.length);
        assertArrayEquals(values, found);
        file.read("b.weight", 0, found, 0, found.length);
        for (int i = 0; i < found.length; i++) {
            assertEquals(values[i % 3 * 100_000 + i / 3], found[i]);
        }
        try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
            channel.truncate(5_000);
        }
        for (String name : List.of("a.weight", "b.weight")) {
            Exception refusal =
                    assertThrows(ModelLoadingException.class, () -> file.read(name, 0, found, 0, found.length));
            assertTrue(refusal.getMessage().startsWith(cut + ": has become shorter"), refusal.getMessage());
        }
        file.close();
        file.close();
        for (String name : List.of("a.weight", "b.weight", "b.bias")) {
            Exception refusal = assertThrows(IllegalStateException.class, () -> file.read(name, 0, found, 0, 1));
            assertEquals(model + ": is closed", refusal.getMessage());
        }
    }

    private static byte[] external(String location, String offset, String length) {
        Proto tensor = OnnxWriter.tensor("a.weight", OnnxWriter.FLOAT, 4).varint(14, 1);
        Map.of("location", location, "offset", offset, "length", length)
                .forEach((key, value) ->
                        tensor.message(13, new Proto().text(1, key).text(2, value)));
        return new OnnxWriter().initializer(tensor).toBytes();
    }

    private static void assertRefused(OnnxWriter writer, String expected) {
        assertRefused(writer.toBytes(), expected);
    }

    private static void assertRefused(byte[] bytes, String expected) {
        Exception refusal = assertThrows(ModelLoadingException.class, () -> open(bytes));
        assertTrue(refusal.getMessage().contains(expected), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith("test: model.onnx: "), refusal.getMessage());
    }

    private static OnnxFile open(OnnxWriter writer) throws IOException {
        return open(writer.toBytes());
    }

    static OnnxFile open(byte[] bytes) throws IOException {
        return OnnxFile.open(files(Map.of("model.onnx", bytes)), "model.onnx");
    }

    private static ModelFiles files(Map<String, byte[]> files) {
        return ModelFiles.resources(
                "test", name -> files.containsKey(name) ? new ByteArrayInputStream(files.get(name)) : null);
    }
}
