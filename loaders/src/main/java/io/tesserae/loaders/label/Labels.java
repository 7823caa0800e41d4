package io.tesserae.loaders.label;

import io.tesserae.arguments.Arguments;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The labels of a classification head by their ids: {@code id2label}.
 *
 * <p>The number of labels is the number of outputs of the head, and an id is an index into them. Config files may leave ids
 * out all the same ({@code 0} and {@code 5}); such a head has two outputs, and one of them no label.
 *
 * @param byId in ascending order of ids
 */
public record Labels(SortedMap<Integer, String> byId) {

    /**
     * Keeps its own copy.
     *
     * @throws IllegalArgumentException if an id is negative
     */
    public Labels {
        Arguments.require(byId, "byId");
        byId = Collections.unmodifiableSortedMap(new TreeMap<>(byId));
        if (!byId.isEmpty() && byId.firstKey() < 0) {
            throw new IllegalArgumentException("a label cannot have the negative id " + byId.firstKey());
        }
    }

    /** How many there are: as many as the head has outputs. */
    public int count() {
        return byId.size();
    }

    /**
     * One label.
     *
     * @throws IllegalArgumentException if the id has none; the message names the ids that do
     */
    public String label(int id) {
        String label = byId.get(id);
        if (label == null) {
            String known = byId.keySet().stream().limit(20).map(String::valueOf).collect(Collectors.joining(", "));
            throw new IllegalArgumentException("id2label of config.json has no label for the id " + id + ", only for "
                    + known + (byId.size() > 20 ? ", …" : ""));
        }
        return label;
    }
}
