package io.tesserae.fuzz;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.onnx.OnnxFile;
import io.tesserae.loaders.safetensors.TensorEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** An ONNX file: its initializers, and the nodes that tell their names. */
public final class OnnxTarget implements FuzzTarget {

    private static final OnnxTarget TARGET = new OnnxTarget();

    private static final String FILE = "model.onnx";

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public long read(byte[] input) throws IOException {
        ModelFiles files = ModelFiles.resources(
                "input", name -> name.equals(FILE) || name.equals("data") ? new ByteArrayInputStream(input) : null);
        try (OnnxFile file = OnnxFile.open(files, FILE)) {
            for (TensorEntry entry : file.entries()) {
                file.describe(entry.name());
                if (entry.dtype().isFloatingPoint() && entry.dtype().bits() <= Float.SIZE) {
                    int count = Math.toIntExact(entry.elementCount());
                    if (count > input.length) {
                        throw new Finding(entry + " has more elements than the file has bytes");
                    }
                    file.read(entry.name(), 0, new float[count], 0, count);
                    file.read(entry.name(), count / 3, new float[count], 0, count - count / 3);
                }
            }
        }
        return 0;
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    /** An initializer of six bytes is held with its shape while it is read. */
    @Override
    public Bound bound() {
        return new Bound(4 << 20, 256);
    }

    @Override
    public Map<String, byte[]> seeds() {
        byte[] matrix = tensor("onnx::MatMul_1", 1, new byte[24], 2, 3);
        byte[] bias = tensor("layer.0.bias", 10, new byte[6], 3);
        byte[] product = node("MatMul", "/layer.0/MatMul", "y", "x", "onnx::MatMul_1");
        byte[] sum = node("Add", "/layer.0/Add", "z", "layer.0.bias", "y");
        byte[] outside = join(
                tensor("b.weight", 16, new byte[0], 4),
                field(14, 1),
                bytes(13, join(text(1, "location"), text(2, "data"))),
                bytes(13, join(text(1, "length"), text(2, "8"))));
        byte[] turned = node("Transpose", "/c/Transpose", "t", "onnx::MatMul_1");
        byte[] again = node("MatMul", "/c/MatMul", "u", "x", "t");
        return Map.of(
                "linear", model(bytes(1, product), bytes(1, sum), bytes(5, matrix), bytes(5, bias)),
                "turned", model(bytes(1, turned), bytes(1, again), bytes(5, matrix)),
                "outside", model(bytes(5, outside)),
                "nothing", model());
    }

    private static byte[] model(byte[]... graph) {
        return join(field(1, 6), bytes(7, join(graph)), bytes(8, field(2, 11)));
    }

    private static byte[] tensor(String name, int type, byte[] data, long... shape) {
        byte[] dims = {};
        for (long dimension : shape) {
            dims = join(dims, field(1, (int) dimension));
        }
        byte[] head = join(dims, field(2, type), text(8, name));
        return data.length == 0 ? head : join(head, bytes(9, data));
    }

    private static byte[] node(String operator, String name, String output, String... inputs) {
        byte[] all = {};
        for (String input : inputs) {
            all = join(all, text(1, input));
        }
        return join(all, text(2, output), text(3, name), text(4, operator));
    }

    private static byte[] field(int number, int value) {
        return new byte[] {(byte) (number << 3), (byte) value};
    }

    private static byte[] text(int number, String value) {
        return bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int number, byte[] value) {
        byte[] head = value.length < 128
                ? new byte[] {(byte) (number << 3 | 2), (byte) value.length}
                : new byte[] {(byte) (number << 3 | 2), (byte) (value.length | 0x80), (byte) (value.length >> 7)};
        return join(head, value);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Override
    public List<String> dictionary() {
        return List.of(
                "MatMul",
                "Gemm",
                "Add",
                "Identity",
                "Transpose",
                "perm",
                "transB",
                "layer.0.bias",
                "layer.0.weight",
                "onnx::MatMul_1",
                "location",
                "offset",
                "length",
                "data",
                "..",
                "com.microsoft",
                "Attention");
    }

    @Override
    public int longestInput() {
        return 4 << 10;
    }
}
