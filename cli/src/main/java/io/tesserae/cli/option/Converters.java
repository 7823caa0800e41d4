package io.tesserae.cli.option;

import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From the words on the command line to values within their ranges. */
public final class Converters {

    private Converters() {}

    /** A whole number, 1 or more. */
    public static class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return parse(value, 1, Integer.MAX_VALUE, "a whole number, 1 or more");
        }
    }

    /** A whole number, 0 or more. */
    public static final class Length implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return parse(value, 0, Integer.MAX_VALUE, "a whole number, 0 or more");
        }
    }

    /** How many labels: a count, or all of them. */
    public static final class TopK implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return value.equals("all")
                    ? (Integer) Integer.MAX_VALUE
                    : parse(value, 1, Integer.MAX_VALUE, "a whole number, 1 or more, or all");
        }
    }

    public static <T> T valid(Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    public static final class Seconds implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            try {
                double seconds = Double.parseDouble(value);
                if (seconds >= 0 && seconds <= 86_400) {
                    return seconds;
                }
            } catch (NumberFormatException e) {
                // Says the same as a number out of range.
            }
            throw expected("a number of seconds, up to 86400", value);
        }
    }

    /** A part of a whole. */
    public static final class Share implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            try {
                double share = Double.parseDouble(value);
                if (share > 0 && share <= 1) {
                    return share;
                }
            } catch (NumberFormatException e) {
                // Says the same as a number out of range.
            }
            throw expected("a number above 0, at most 1", value);
        }
    }

    public static int parse(String value, int least, int most, String expected) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Says the same as a number out of range.
        }
        throw expected(expected, value);
    }

    public static TypeConversionException expected(String expected, String found) {
        return new TypeConversionException("expected " + expected + ", found '" + found + "'");
    }
}
