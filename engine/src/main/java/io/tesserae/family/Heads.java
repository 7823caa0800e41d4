package io.tesserae.family;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The heads that a family has, in an order, and how models with each are loaded. Immutable. */
public final class Heads {

    private static final Heads NONE = new Heads(List.of());

    private final List<Entry<?>> entries;

    private Heads(List<Entry<?>> entries) {
        this.entries = entries;
    }

    /**
     * @param suffix of the class in transformers: the head's, but for a variant of it
     * @param tensors the names that tell of this head in a checkpoint that does not say what it is; none if nothing does
     */
    private record Entry<M extends Model>(Head<M> head, String suffix, HeadLoader<M> loader, List<String> tensors) {

        boolean isToldBy(Set<String> names) {
            return !tensors.isEmpty()
                    && tensors.stream()
                            .allMatch(tensor -> names.contains(tensor)
                                    || names.stream().anyMatch(name -> name.endsWith("." + tensor)));
        }
    }

    /** No head, to add some to. */
    public static Heads none() {
        return NONE;
    }

    /**
     * These and one more.
     *
     * @param tensors names of tensors that tell of this head where config.json does not, each as it is stored or below the base
     *     model's name. Of the heads whose tensors are all there, one that shares none of them with another head is meant, else
     *     the one with the most
     */
    public <M extends Model> Heads with(Head<M> head, HeadLoader<M> loader, String... tensors) {
        return withVariant(head, Arguments.require(head, "head").suffix(), loader, tensors);
    }

    /** These and a variant of one of them, whose class has another name: DeiT's {@code ForImageClassificationWithTeacher}. */
    public <M extends Model> Heads withVariant(Head<M> head, String suffix, HeadLoader<M> loader, String... tensors) {
        Arguments.require(head, "head");
        Arguments.require(suffix, "suffix");
        Arguments.require(loader, "loader");
        List<Entry<?>> more = new ArrayList<>(entries);
        more.add(new Entry<>(
                head,
                suffix,
                loader,
                Arguments.requireAll(Arrays.asList(Arguments.require(tensors, "tensors")), "tensors")));
        return new Heads(List.copyOf(more));
    }

    /** Whether the family has a head. */
    public boolean contains(Head<?> head) {
        return entries.stream().anyMatch(entry -> entry.head().equals(head));
    }

    /** The second halves of the names of the family's classes in transformers, each once: a class may be loaded with several heads. */
    public List<String> suffixes() {
        return entries.stream().<String>map(Entry::suffix).distinct().toList();
    }

    /** The head of a class, by the second half of its name; the first, where it has several. */
    public Optional<Head<?>> named(String suffix) {
        Arguments.require(suffix, "suffix");
        for (Entry<?> entry : entries) {
            if (entry.suffix().equals(suffix)) {
                return Optional.of(entry.head());
            }
        }
        return Optional.empty();
    }

    /** The head that a checkpoint's tensors tell of; empty where they tell of none. */
    public Optional<Head<?>> toldBy(Set<String> tensorNames) {
        Arguments.require(tensorNames, "tensorNames");
        Entry<?> told = null;
        for (Entry<?> entry : entries) {
            if (entry.isToldBy(tensorNames) && (told == null || tellsMore(entry, told))) {
                told = entry;
            }
        }
        return Optional.ofNullable(told).map(Entry::head);
    }

    private boolean tellsMore(Entry<?> entry, Entry<?> other) {
        boolean own = hasTensorsOfItsOwn(entry);
        return own == hasTensorsOfItsOwn(other)
                ? entry.tensors().size() > other.tensors().size()
                : own;
    }

    /** Whether no other head has any of the tensors that tell of this one: {@code qa_outputs}, and not {@code classifier}. */
    private boolean hasTensorsOfItsOwn(Entry<?> entry) {
        return entries.stream()
                .filter(other -> !other.head().equals(entry.head()))
                .allMatch(other -> Collections.disjoint(other.tensors(), entry.tensors()));
    }

    /**
     * What loads a model with a head; empty where the family has no such head. Of several variants it is the one that the checkpoint
     * says it is, else the one that its tensors tell of, else the head itself.
     *
     * @param saysSo whether a checkpoint says that it is of the class whose name ends so
     * @param tensorNames what the checkpoint holds
     */
    public <M extends Model> Optional<HeadLoader<M>> loader(
            Head<M> head, Predicate<String> saysSo, Set<String> tensorNames) {
        Arguments.require(head, "head");
        Arguments.require(saysSo, "saysSo");
        Arguments.require(tensorNames, "tensorNames");
        List<Entry<?>> variants = entries.stream()
                .<Entry<?>>filter(entry -> entry.head().equals(head))
                .toList();
        if (variants.isEmpty()) {
            return Optional.empty();
        }
        Entry<?> chosen = variants.size() == 1 ? variants.getFirst() : choose(variants.reversed(), saysSo, tensorNames);
        @SuppressWarnings("unchecked") // equal heads have models of one type
        HeadLoader<M> loader = (HeadLoader<M>) chosen.loader();
        return Optional.of(loader);
    }

    private static Entry<?> choose(List<Entry<?>> variants, Predicate<String> saysSo, Set<String> tensorNames) {
        for (Entry<?> variant : variants) {
            if (saysSo.test(variant.suffix())) {
                return variant;
            }
        }
        for (Entry<?> variant : variants) {
            if (variant.isToldBy(tensorNames)) {
                return variant;
            }
        }
        return variants.getLast();
    }
}
