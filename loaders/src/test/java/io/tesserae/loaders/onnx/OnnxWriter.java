package io.tesserae.loaders.onnx;

import io.tesserae.tensor.Precision;
import io.tesserae.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Writes ONNX files: a checkpoint's tensors as exporters leave them, with the few nodes that tell their names. */
public final class OnnxWriter {

    /** How an exporter names the weights of linear layers. */
    public enum Style {
        /** By their own names, as they are; a node turns them round. */
        OWN_NAMES,
        /** Turned round, as {@code onnx::MatMul_7}; the nodes are named by the modules. */
        RENAMED,
        /** Turned round, as {@code 7}; the nodes have numbers, and only the bias has its name. */
        NUMBERED
    }

    public static final int FLOAT = 1;
    public static final int FLOAT16 = 10;
    public static final int BFLOAT16 = 16;

    private final Proto nodes = new Proto();
    private final Proto initializers = new Proto();
    private int values;

    public static byte[] write(TensorSource source, Style style) {
        OnnxWriter writer = new OnnxWriter();
        for (String name : source.names()) {
            long[] shape = source.shape(name);
            boolean linear = shape.length == 2 && name.endsWith(".weight") && !name.contains("embeddings");
            if (linear) {
                writer.linear(source, name, style);
            } else {
                writer.initializer(name, source, name, false);
            }
        }
        return writer.toBytes();
    }

    private void linear(TensorSource source, String name, Style style) {
        String module = name.substring(0, name.length() - ".weight".length());
        boolean hasBias = source.names().contains(module + ".bias");
        boolean own = style == Style.OWN_NAMES || style == Style.NUMBERED && !hasBias;
        String initializer = own ? name : (style == Style.RENAMED ? "onnx::MatMul_" : "") + ++values;
        initializer(initializer, source, name, !own);
        String path = "/" + module.replaceAll("\\.(?![0-9])", "/");
        String read = initializer;
        if (own) {
            read = path + "/Transpose_output_0";
            node("Transpose", path + "/Transpose", List.of(initializer), read);
        }
        String product = "product_" + ++values;
        node("MatMul", style == Style.NUMBERED ? "MatMul_" + values : path + "/MatMul", List.of("x", read), product);
        if (hasBias) {
            node("Add", path + "/Add", List.of(module + ".bias", product), "sum_" + values);
        }
    }

    private void initializer(String name, TensorSource source, String tensor, boolean turned) {
        long[] shape = source.shape(tensor);
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        source.read(tensor, 0, values, 0, values.length);
        if (turned) {
            values = turn(values, (int) shape[0], (int) shape[1]);
            shape = new long[] {shape[1], shape[0]};
        }
        int type = switch (source.precision(tensor)) {
            case FLOAT16 -> FLOAT16;
            case BFLOAT16 -> BFLOAT16;
            default -> FLOAT;
        };
        initializer(tensor(name, type, shape).bytes(9, encode(values, source.precision(tensor))));
    }

    private static float[] turn(float[] values, int rows, int columns) {
        float[] turned = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            turned[i % columns * rows + i / columns] = values[i];
        }
        return turned;
    }

    /** Little-endian. */
    public static byte[] encode(float[] values, Precision precision) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (precision) {
                case FLOAT16 -> bytes.putShort(Float.floatToFloat16(value));
                case BFLOAT16 -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                default -> bytes.putFloat(value);
            }
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** A TensorProto without data. */
    public static Proto tensor(String name, int type, long... shape) {
        Proto tensor = new Proto();
        for (long dimension : shape) {
            tensor.varint(1, dimension);
        }
        return tensor.varint(2, type).text(8, name);
    }

    public OnnxWriter initializer(Proto tensor) {
        initializers.message(5, tensor);
        return this;
    }

    public OnnxWriter floats(String name, float[] values, long... shape) {
        return initializer(tensor(name, FLOAT, shape).bytes(9, encode(values, Precision.FLOAT32)));
    }

    public OnnxWriter node(String operator, String name, List<String> inputs, String output) {
        return node(operator, name, inputs, output, new Proto());
    }

    /** @param further fields of NodeProto */
    public OnnxWriter node(String operator, String name, List<String> inputs, String output, Proto further) {
        Proto node = new Proto();
        inputs.forEach(input -> node.text(1, input));
        nodes.message(1, node.text(2, output).text(3, name).text(4, operator).raw(further.toBytes()));
        return this;
    }

    public byte[] toBytes() {
        Proto graph = new Proto().raw(nodes.toBytes()).text(2, "torch_jit").raw(initializers.toBytes());
        return model(graph);
    }

    public static byte[] model(Proto graph) {
        return new Proto()
                .varint(1, 6)
                .text(2, "pytorch")
                .message(7, graph)
                .message(8, new Proto().varint(2, 11))
                .toBytes();
    }
}
