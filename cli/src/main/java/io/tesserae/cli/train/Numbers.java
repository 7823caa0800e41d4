package io.tesserae.cli.train;

import io.tesserae.cli.option.Converters;
import java.util.function.DoublePredicate;
import picocli.CommandLine.ITypeConverter;

/** Real numbers on the command line, within the ranges that training has for them. */
final class Numbers {

    private Numbers() {}

    /** A finite number above 0. */
    static final class Positive implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            return parse(value, number -> number > 0, "a number above 0");
        }
    }

    /** A finite number, 0 or more. */
    static final class NotNegative implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            return parse(value, number -> number >= 0, "a number, 0 or more");
        }
    }

    /** A number from 0 to below 1. */
    static final class BelowOne implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            return parse(value, number -> number >= 0 && number < 1, "a number from 0 to below 1");
        }
    }

    private static double parse(String value, DoublePredicate isInRange, String expected) {
        try {
            double number = Double.parseDouble(value);
            if (Double.isFinite(number) && isInRange.test(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Says the same as a number out of range.
        }
        throw Converters.expected(expected, value);
    }
}
