package io.tesserae.loaders.onnx;

import io.tesserae.loaders.wire.WireReader;
import java.util.ArrayList;
import java.util.List;

/**
 * Of a graph's node what names need.
 *
 * @param name often the path of the module that made it, as {@code /encoder/layer.0/attention/self/query/MatMul}
 * @param operator {@code op_type}
 * @param domain whose operator; empty for ONNX's own
 * @param inputs the values that it reads, {@link #MOST_INPUTS} at most; an empty name is an input that is left out
 * @param outputs the values that it makes, as many at most
 * @param transB Gemm's: whether the second input is used the other way round
 * @param permutation Transpose's; empty where it turns all axes round
 */
record Node(
        String name,
        String operator,
        String domain,
        List<String> inputs,
        List<String> outputs,
        boolean transB,
        List<Long> permutation) {

    /** Of the operators that are looked at, none has more. */
    private static final int MOST_INPUTS = 3;

    private static final int MOST_AXES = 32;

    // The fields of NodeProto and AttributeProto.
    private static final int INPUT = 1;
    private static final int OUTPUT = 2;
    private static final int NAME = 3;
    private static final int OPERATOR = 4;
    private static final int ATTRIBUTE = 5;
    private static final int DOMAIN = 7;
    private static final int ATTRIBUTE_NAME = 1;
    private static final int ATTRIBUTE_INTEGER = 3;
    private static final int ATTRIBUTE_INTEGERS = 8;

    static Node read(WireReader node) {
        String name = "";
        String operator = "";
        String domain = "";
        List<String> inputs = new ArrayList<>(MOST_INPUTS);
        List<String> outputs = new ArrayList<>(MOST_INPUTS);
        boolean transB = false;
        List<Long> permutation = new ArrayList<>();
        while (node.next()) {
            switch (node.field()) {
                case NAME -> name = node.text(InitializerReader.LONGEST_NAME);
                case OPERATOR -> operator = node.text(InitializerReader.LONGEST_NAME);
                case DOMAIN -> domain = node.text(InitializerReader.LONGEST_NAME);
                case INPUT -> addFew(node, inputs);
                case OUTPUT -> addFew(node, outputs);
                case ATTRIBUTE -> transB |= readAttribute(node.message(), permutation);
                default -> node.skip();
            }
        }
        return new Node(name, operator, domain, inputs, outputs, transB, permutation);
    }

    private static void addFew(WireReader node, List<String> names) {
        if (names.size() < MOST_INPUTS) {
            names.add(node.text(InitializerReader.LONGEST_NAME));
        } else {
            node.skip();
        }
    }

    /** Whether it is a transB that is set. A permutation is added to the list. */
    private static boolean readAttribute(WireReader attribute, List<Long> permutation) {
        String name = "";
        long integer = 0;
        List<Long> integers = new ArrayList<>();
        while (attribute.next()) {
            switch (attribute.field()) {
                case ATTRIBUTE_NAME -> name = attribute.text(InitializerReader.LONGEST_NAME);
                case ATTRIBUTE_INTEGER -> integer = attribute.varint();
                case ATTRIBUTE_INTEGERS -> readIntegers(attribute, integers);
                default -> attribute.skip();
            }
        }
        if (name.equals("perm")) {
            permutation.addAll(integers);
        }
        return name.equals("transB") && integer != 0;
    }

    private static void readIntegers(WireReader attribute, List<Long> integers) {
        if (attribute.wireType() == WireReader.VARINT) {
            addAxis(attribute.varint(), integers);
            return;
        }
        WireReader packed = attribute.message();
        while (!packed.atEnd()) {
            addAxis(packed.readVarint(), integers);
        }
    }

    /** Longer lists are no permutations, and nobody looks at them. */
    private static void addAxis(long axis, List<Long> integers) {
        if (integers.size() < MOST_AXES) {
            integers.add(axis);
        }
    }
}
