package io.tesserae.cli.output;

import io.tesserae.cli.console.Output;
import io.tesserae.tensor.Tensor;

/** Vectors as text or JSON: a line for each input. */
record VectorLines(Output out, Line line) implements VectorOutput {

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
