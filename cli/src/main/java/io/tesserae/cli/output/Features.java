package io.tesserae.cli.output;

import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How features are written.
 *
 * @param features {@code [tokens, hidden]}, or {@code [hidden]}
 */
public record Features(Tensor features) {

    /** As many numbers as a person would look at. */
    private static final int SHOWN = 4;

    /** Nested lists with a batch of one around them, as the pipelines of transformers return them. */
    public String json() {
        int columns = features.dimension(-1);
        StringBuilder json = new StringBuilder(features.rank() == 1 ? "[" : "[[");
        for (int row = 0; row < features.size() / columns; row++) {
            json.append(row == 0 ? "[" : ", [");
            for (int column = 0; column < columns; column++) {
                json.append(column == 0 ? "" : ", ").append(Json.repr(features.data()[row * columns + column]));
            }
            json.append(']');
        }
        return json.append(features.rank() == 1 ? "]" : "]]").toString();
    }

    /** Their shape, their beginning, and what they are of. */
    String line(String input) {
        String shape =
                Arrays.stream(features.shape()).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
        String beginning = IntStream.range(0, Math.min(SHOWN, features.size()))
                .mapToObj(i -> String.format(Locale.ROOT, "%.4f", features.data()[i]))
                .collect(Collectors.joining(" "));
        return shape + ": " + beginning + (features.size() > SHOWN ? " ..." : "") + "  " + input;
    }
}
