package io.tesserae.loaders.onnx;

import io.tesserae.loaders.bytes.FileRun;

/**
 * A tensor that a graph brings along.
 *
 * @param name what the graph calls it
 * @param type of its elements
 * @param shape outermost dimension first
 * @param elementCount the product of the dimensions
 * @param data its elements, little-endian and row-major; empty unless a weight can be read of the type
 */
record Initializer(String name, ElementType type, long[] shape, long elementCount, FileRun data) {

    /** Whether its name is one of a state dict, and not one that an exporter made up. */
    boolean hasOwnName() {
        return isOwnName(name);
    }

    static boolean isOwnName(String name) {
        return name.endsWith(".weight") || name.endsWith(".bias");
    }
}
