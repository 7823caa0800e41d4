package io.tesserae.cli.output;

import io.tesserae.cli.console.CommandException;
import io.tesserae.tensor.Tensor;
import java.util.Locale;

/** The numbers of an answer as they are written. NaN and infinity are none: JSON has no way to write them, and they mean nothing. */
public final class FiniteNumber {

    private FiniteNumber() {}

    /**
     * A number that can be written.
     *
     * @throws CommandException if it is NaN or infinite
     */
    static double require(double number) {
        if (!Double.isFinite(number)) {
            throw new CommandException(
                    "the model's answer is no number: it holds " + number
                            + ", since its numbers became larger than float32 holds; are these the weights of a trained model?");
        }
        return number;
    }

    /**
     * Vectors that can be written, the whole or none of them.
     *
     * @throws CommandException if one of their numbers is NaN or infinite
     */
    static void requireAll(Tensor vectors) {
        for (int i = 0; i < vectors.size(); i++) {
            require(vectors.data()[i]);
        }
    }

    /**
     * For people, with four digits.
     *
     * @throws CommandException if it is NaN or infinite
     */
    public static String text(double number) {
        return String.format(Locale.ROOT, "%.4f", require(number));
    }
}
