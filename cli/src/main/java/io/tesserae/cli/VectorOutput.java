package io.tesserae.cli;

import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Where a task writes vectors: line by line as they come, or as one array when all are there. */
sealed interface VectorOutput extends AutoCloseable permits VectorOutput.Lines, VectorTable, VectorArray {

    /** Writes the answer to an input: {@code [hidden]}, or {@code [tokens, hidden]}. */
    void write(String input, Tensor vectors);

    /** All inputs are answered. */
    default void complete() throws IOException {}

    @Override
    default void close() throws IOException {}

    /**
     * In the format that the command asks for.
     *
     * @param input what an input is, for the table
     * @param shown how an input is shown to people
     * @param json what programs get
     */
    static VectorOutput open(
            RunCommand command, String input, UnaryOperator<String> shown, Function<Tensor, String> json)
            throws IOException {
        Console console = command.console();
        return switch (command.format()) {
            case TEXT -> new Lines(console.out(), (name, vectors) -> new Features(vectors).line(shown.apply(name)));
            case JSON -> new Lines(console.out(), (_, vectors) -> json.apply(vectors));
            case CSV -> new VectorTable(console, input);
            case NPY, SAFETENSORS -> VectorArray.open(command);
        };
    }

    /** A line for each input. */
    record Lines(Output out, Line line) implements VectorOutput {

        /** From an input and its vectors. */
        @FunctionalInterface
        interface Line {
            String of(String input, Tensor vectors);
        }

        @Override
        public void write(String input, Tensor vectors) {
            FiniteNumber.requireAll(vectors);
            out.line(line.of(input, vectors));
        }
    }
}
