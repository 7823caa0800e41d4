package io.tesserae.loaders.onnx;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.bytes.FileBytes;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.loaders.wire.WireReader;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The weights in an ONNX file: the initializers of its graph, under the names of the state dict that it was exported from, matrices as
 * {@code [out, in]} again where the exporter turned them round. The graph itself is not run.
 *
 * <p>Weights are float32, float16 or bfloat16. A file whose weights are quantized, or those of several layers put together by an
 * optimizer, is refused. What an exporter keeps beside weights (the constants of formulas, shapes, position ids) is left out.
 *
 * <p>A file on disk is mapped; it must not change while it is open.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
public final class OnnxFile implements TensorSource {

    private final String where;
    private final FileBytes bytes;
    private final Map<String, OnnxWeight> weights;
    private final List<TensorEntry> entries;

    private OnnxFile(FileBytes bytes, Map<String, OnnxWeight> weights) {
        this.where = bytes.toString();
        this.bytes = bytes;
        this.weights = Collections.unmodifiableMap(weights);
        this.entries = entries(weights);
    }

    /**
     * Opens a file; it stays open until {@link #close()}.
     *
     * @param files the file, and beside it those in which it keeps data, if it does
     * @param name its name among them
     * @throws ModelLoadingException if there is no such file, it is not valid, or its weights are not read here
     * @throws IOException if it cannot be read
     */
    public static OnnxFile open(ModelFiles files, String name) throws IOException {
        Arguments.require(files, "files");
        Arguments.require(name, "name");
        int slash = name.lastIndexOf('/');
        ModelFiles beside = slash < 0 ? files : files.folder(name.substring(0, slash));
        return FileBytes.open(files, name).opened(file -> new OnnxFile(file, read(file, beside)));
    }

    private static Map<String, OnnxWeight> read(FileBytes file, ModelFiles beside) throws IOException {
        String where = file.toString();
        Graph graph = Graph.read(
                new WireReader(file.segment(), where, "an ONNX file"), new InitializerReader(file, beside), where);
        return graph.uses().weights();
    }

    private static List<TensorEntry> entries(Map<String, OnnxWeight> weights) {
        List<TensorEntry> entries = new ArrayList<>();
        long[] position = {0};
        weights.forEach((name, weight) -> {
            long begin = position[0];
            position[0] = begin
                    + weight.initializer().elementCount() * (weight.dtype().bits() / Byte.SIZE);
            entries.add(new TensorEntry(name, weight.dtype(), weight.shape(), begin, position[0]));
        });
        return List.copyOf(entries);
    }

    /** In the order of the file; those whose names were told by nodes come first. */
    @Override
    public Set<String> names() {
        return weights.keySet();
    }

    /** Name, type and shape of each weight, in the order of {@link #names()}, as if their data lay one after the other. */
    public Collection<TensorEntry> entries() {
        return entries;
    }

    @Override
    public long[] shape(String name) {
        return weight(name).shape();
    }

    @Override
    public Precision precision(String name) {
        return switch (weight(name).initializer().type()) {
            case FLOAT16 -> Precision.FLOAT16;
            case BFLOAT16 -> Precision.BFLOAT16;
            default -> Precision.FLOAT32;
        };
    }

    /** @throws ModelLoadingException if its elements are not of type float32, float16 or bfloat16 */
    @Override
    public void requireFloatingPoint(String name) {
        ElementType type = weight(name).initializer().type();
        if (!type.isWeight()) {
            throw new ModelLoadingException(
                    describe(name) + ": expected elements of type FLOAT, FLOAT16 or BFLOAT16, found " + type);
        }
    }

    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        OnnxWeight weight = weight(name);
        if (!weight.initializer().type().isWeight()) {
            throw new IllegalArgumentException(describe(name) + ": has no float32 reading");
        }
        long elements = weight.initializer().elementCount();
        if (first < 0 || count < 0 || first > elements - count) {
            throw new IndexOutOfBoundsException(
                    describe(name) + ": " + count + " elements from " + first + " on are not inside its " + elements);
        }
        Objects.checkFromIndexSize(offset, count, destination.length);
        bytes.requireOpen(); // what was put together of pieces is in memory, and would still be there
        weight.read(first, destination, offset, count);
    }

    /** The file's path, and what the graph calls the tensor, as {@code model.onnx: tensor "w" (initializer "onnx::MatMul_7")}. */
    @Override
    public String describe(String name) {
        OnnxWeight weight = weights.get(Arguments.require(name, "name"));
        if (weight == null) {
            return where + ": no tensor \"" + name + "\"";
        }
        String initializer = weight.initializer().name();
        return where + ": tensor \"" + name + "\""
                + (initializer.equals(name) ? "" : " (initializer \"" + initializer + "\")");
    }

    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public String toString() {
        return where;
    }

    private OnnxWeight weight(String name) {
        OnnxWeight weight = weights.get(Arguments.require(name, "name"));
        if (weight == null) {
            throw new IllegalArgumentException(describe(name) + " among the " + weights.size() + " it holds");
        }
        return weight;
    }
}
