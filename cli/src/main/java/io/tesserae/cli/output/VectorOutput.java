package io.tesserae.cli.output;

import io.tesserae.tensor.Tensor;
import java.io.IOException;

/** Where a task writes vectors: line by line as they come, or as one array when all are there. */
public interface VectorOutput extends AutoCloseable {

    /** Writes the answer to an input: {@code [hidden]}, or {@code [tokens, hidden]}. */
    void write(String input, Tensor vectors);

    /** All inputs are answered. */
    default void complete() throws IOException {}

    @Override
    default void close() throws IOException {}
}
