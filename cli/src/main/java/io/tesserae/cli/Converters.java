package io.tesserae.cli;

import io.tesserae.pipelines.text.AggregationStrategy;
import io.tesserae.tensor.Precision;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From the words on the command line to values within their ranges. */
final class Converters {

    private Converters() {}

    /** A whole number, 1 or more. */
    static class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return parse(value, 1, Integer.MAX_VALUE, "a whole number, 1 or more");
        }
    }

    /** A whole number, 0 or more. */
    static final class Length implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return parse(value, 0, Integer.MAX_VALUE, "a whole number, 0 or more");
        }
    }

    /** As many threads as a machine may have processors. */
    static final class Threads implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return parse(value, 1, 4096, "a whole number from 1 to 4096");
        }
    }

    /** One of some words, which a shell's completion offers too: its {@code completionCandidates}. */
    abstract static class Choice<T extends Enum<T>> implements ITypeConverter<T>, Iterable<String> {

        private final Map<String, T> choices = new LinkedHashMap<>();

        /** Two words or more, in the order in which they are offered. */
        Choice(List<T> values) {
            for (T value : values) {
                choices.put(value.name().toLowerCase(Locale.ROOT), value);
            }
        }

        @Override
        public T convert(String value) {
            T chosen = choices.get(value);
            if (chosen == null) {
                throw expectedOneOf(value, List.copyOf(choices.keySet()));
            }
            return chosen;
        }

        @Override
        public Iterator<String> iterator() {
            return choices.keySet().iterator();
        }
    }

    /** What weights are rounded to, by its name in PyTorch. */
    static final class WeightPrecision extends Choice<Precision> {
        WeightPrecision() {
            super(List.of(Precision.FLOAT32, Precision.FLOAT16, Precision.BFLOAT16));
        }
    }

    /** How many labels: a count, or all of them. */
    static final class TopK implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return value.equals("all")
                    ? (Integer) Integer.MAX_VALUE
                    : parse(value, 1, Integer.MAX_VALUE, "a whole number, 1 or more, or all");
        }
    }

    /** A way to join tokens, by its name in transformers. */
    static final class Aggregation extends Choice<AggregationStrategy> {
        Aggregation() {
            super(List.of(AggregationStrategy.values()));
        }
    }

    /** A model's name on the hub, or its folder. */
    static final class Model implements ITypeConverter<ModelName> {
        @Override
        public ModelName convert(String value) {
            return valid(() -> ModelName.parse(value));
        }
    }

    /** A model's name on the hub. */
    static final class HubModel implements ITypeConverter<ModelName.OnHub> {
        @Override
        public ModelName.OnHub convert(String value) {
            return valid(() -> ModelName.OnHub.parse(value));
        }
    }

    /** One model in the cache, or one revision of it. */
    static final class InCache implements ITypeConverter<CachedName> {
        @Override
        public CachedName convert(String value) {
            return valid(() -> CachedName.parse(value));
        }
    }

    private static <T> T valid(Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    static final class Seconds implements ITypeConverter<Double> {
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
    static final class Share implements ITypeConverter<Double> {
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

    static final class Format extends Choice<OutputFormat> {
        Format() {
            super(List.of(OutputFormat.TEXT, OutputFormat.JSON));
        }
    }

    /** Where answers may be arrays. */
    static final class AnswerFormat extends Choice<OutputFormat> {
        AnswerFormat() {
            super(List.of(OutputFormat.values()));
        }
    }

    /** Who completes words. */
    static final class ShellChoice extends Choice<CompletionCommand.Shell> {
        ShellChoice() {
            super(List.of(CompletionCommand.Shell.values()));
        }
    }

    /** What an input does that is no good. */
    static final class OnErrorChoice extends Choice<OnError> {
        OnErrorChoice() {
            super(List.of(OnError.values()));
        }
    }

    private static int parse(String value, int least, int most, String expected) {
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

    /** Two choices or more. */
    private static TypeConversionException expectedOneOf(String found, List<String> all) {
        String choice = String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.getLast();
        return new TypeConversionException(
                "expected " + choice + ", found '" + found + "'" + Suggestion.of(found, all));
    }

    static TypeConversionException expected(String expected, String found) {
        return new TypeConversionException("expected " + expected + ", found '" + found + "'");
    }
}
