package io.tesserae.training.data;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.label.Labels;
import io.tesserae.training.data.table.Origin;
import io.tesserae.training.failure.TrainingException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The labels that a model tells apart, by their ids: {@code id2label} and {@code label2id} of config.json.
 *
 * @param names the label of each id, no two alike
 */
public record LabelSet(List<String> names) {

    /** What losses and metrics pass over: PyTorch's {@code ignore_index}. */
    public static final int IGNORED = -100;

    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9]\\d{0,17})");
    private static final int MOST_SHOWN = 20;

    /** As Python sorts strings. Java's own order differs beyond U+FFFF. */
    public static final Comparator<String> BY_CODE_POINTS = (first, second) ->
            Arrays.compare(first.codePoints().toArray(), second.codePoints().toArray());

    /** Keeps its own copy. */
    public LabelSet {
        names = List.copyOf(Arguments.requireAll(names, "names"));
        if (names.isEmpty()) {
            throw new IllegalArgumentException("names: expected a label at least, found none");
        }
        if (new HashSet<>(names).size() != names.size()) {
            throw new IllegalArgumentException("names: expected labels that differ, found " + names);
        }
    }

    /**
     * The labels of a checkpoint.
     *
     * @throws IllegalArgumentException if an id has no label
     */
    public static LabelSet of(Labels labels) {
        return new LabelSet(
                IntStream.range(0, Arguments.require(labels, "labels").count())
                        .mapToObj(labels::label)
                        .toList());
    }

    /**
     * The labels that occur in data, each once, sorted as transformers' {@code run_glue.py} does it: whole numbers as numbers, all else
     * by code points.
     *
     * @param integers whether all labels are whole numbers, rather than texts
     */
    public static LabelSet occurringIn(Collection<String> labels, boolean integers) {
        TreeSet<String> sorted = new TreeSet<>(integers ? Comparator.comparingLong(Long::parseLong) : BY_CODE_POINTS);
        sorted.addAll(new HashSet<>(labels)); // few of many, before they are compared
        return new LabelSet(List.copyOf(sorted));
    }

    /** The one output of a model of numbers, by the name that transformers gives it. */
    public static LabelSet ofRegression() {
        return new LabelSet(List.of("LABEL_0"));
    }

    /** Whether a label is a whole number, written as numbers usually are. */
    static boolean isInteger(String label) {
        return INTEGER.matcher(label).matches();
    }

    /** How many there are: as many as the model's head has outputs. */
    public int count() {
        return names.size();
    }

    /** The id of a label, if there is one of this name. */
    public OptionalInt id(String label) {
        int id = names.indexOf(label);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The id of a label as data have it: its name, or, where no label is named by a number, its id.
     *
     * @throws TrainingException if the model does not know it
     */
    public int id(String label, Origin origin) {
        return id(label, origin.toString());
    }

    /**
     * Likewise.
     *
     * @param where what error messages say first
     * @throws TrainingException if the model does not know it
     */
    public int id(String label, String where) {
        OptionalInt named = id(label);
        if (named.isPresent()) {
            return named.getAsInt();
        }
        boolean ids = names.stream().noneMatch(LabelSet::isInteger);
        if (ids && isInteger(label)) {
            long id = Long.parseLong(label);
            if (id >= 0 && id < count()) {
                return (int) id;
            }
        }
        throw new TrainingException(where + ": expected one of the " + count() + " labels that the model knows, "
                + shown() + ", found \"" + label + '"');
    }

    private String shown() {
        return names.stream().limit(MOST_SHOWN).collect(Collectors.joining(", ")) + (count() > MOST_SHOWN ? ", …" : "");
    }
}
