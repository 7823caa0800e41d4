package io.tesserae.training.data;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;
import java.util.List;

/**
 * Examples by their index.
 *
 * @param <E> the kind of example
 */
public interface Dataset<E> {

    /** How many examples there are; none alone where there is no data to evaluate with. */
    int size();

    /**
     * One example, the same whenever it is asked for.
     *
     * @throws IndexOutOfBoundsException if there is none of this index
     */
    E get(int index);

    /** The examples of these indices, in their order. */
    default List<E> get(int[] indices) {
        return Arrays.stream(indices).mapToObj(this::get).toList();
    }

    /** No examples: those of an evaluation that nobody asked for. */
    static <E> Dataset<E> none() {
        return inMemory(List.of());
    }

    /**
     * Examples that are in memory.
     *
     * @throws IllegalArgumentException if there is none
     */
    static <E> Dataset<E> of(List<E> examples) {
        List<E> copy = List.copyOf(Arguments.requireAll(examples, "examples"));
        if (copy.isEmpty()) {
            throw new IllegalArgumentException("examples: expected one at least, found none");
        }
        return inMemory(copy);
    }

    private static <E> Dataset<E> inMemory(List<E> examples) {
        return new Dataset<>() {
            @Override
            public int size() {
                return examples.size();
            }

            @Override
            public E get(int index) {
                return examples.get(index);
            }
        };
    }
}
