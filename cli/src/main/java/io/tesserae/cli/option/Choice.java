package io.tesserae.cli.option;

import io.tesserae.cli.console.Suggestion;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One of some words, which a shell's completion offers too: its {@code completionCandidates}. */
public abstract class Choice<T extends Enum<T>> implements ITypeConverter<T>, Iterable<String> {

    private final Map<String, T> choices = new LinkedHashMap<>();

    /** Two words or more, in the order in which they are offered. */
    protected Choice(List<T> values) {
        this(values, value -> value.name().toLowerCase(Locale.ROOT));
    }

    /** Likewise, where they are written in another way than their names are. */
    protected Choice(List<T> values, Function<T, String> word) {
        for (T value : values) {
            choices.put(word.apply(value), value);
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

    /** Two choices or more. */
    private static TypeConversionException expectedOneOf(String found, List<String> all) {
        String choice = String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.getLast();
        return new TypeConversionException(
                "expected " + choice + ", found '" + found + "'" + Suggestion.of(found, all));
    }
}
