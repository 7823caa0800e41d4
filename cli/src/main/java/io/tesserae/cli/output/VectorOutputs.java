package io.tesserae.cli.output;

import io.tesserae.cli.console.Console;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How vectors are written, in every format.
 *
 * @param input what an input is, for the table's first column
 * @param shown how an input is shown to people
 * @param json what programs get
 */
public record VectorOutputs(String input, UnaryOperator<String> shown, Function<Tensor, String> json) {

    /**
     * In the format that the command asks for.
     *
     * @param file the file for answers, unless they go to standard output
     */
    public VectorOutput open(OutputFormat format, Optional<Path> file, Console console) throws IOException {
        return switch (format) {
            case TEXT ->
                new VectorLines(console.out(), (name, vectors) -> new Features(vectors).line(shown.apply(name)));
            case JSON -> new VectorLines(console.out(), (_, vectors) -> json.apply(vectors));
            case CSV -> new VectorTable(console, input);
            case NPY, SAFETENSORS -> VectorArray.open(format, file, console.out());
        };
    }
}
