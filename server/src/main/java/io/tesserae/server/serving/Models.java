package io.tesserae.server.serving;

import io.tesserae.arguments.Arguments;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All models of a server.
 *
 * @param all in their order: the first that can do what is asked for does it, unless a request names another
 */
public record Models(List<OpenModel> all) {

    /** Checks that there is one, and that each has a name of its own. */
    public Models {
        all = List.copyOf(Arguments.requireAll(all, "models"));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("models: expected one at least, found none");
        }
        Set<String> names = new HashSet<>();
        for (OpenModel open : all) {
            if (!names.add(open.model().name())) {
                throw new IllegalArgumentException(
                        "models: two have the name \"" + open.model().name() + "\"");
            }
        }
    }

    /**
     * What a model has that a route needs.
     *
     * @param name which model; empty: the first that has it
     * @param part of a model
     * @param what is asked for, in words: {@code makes embeddings}
     * @throws RequestException if there is none
     */
    public <T> T choose(Optional<String> name, Function<OpenModel, Optional<T>> part, String what) {
        if (name.isPresent()) {
            OpenModel model = named(name.get());
            return part.apply(model)
                    .orElseThrow(() -> new RequestException(
                            ErrorType.BACKEND, "the model \"" + model.model().name() + "\" is none that " + what));
        }
        return all.stream()
                .map(part)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new RequestException(ErrorType.BACKEND, "there is no model here that " + what));
    }

    /**
     * The model of a name.
     *
     * @throws RequestException if there is none
     */
    public OpenModel named(String name) {
        return all.stream()
                .filter(open -> open.model().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RequestException(
                        ErrorType.NOT_FOUND,
                        "there is no such model here; the models are "
                                + all.stream()
                                        .map(open -> "\"" + open.model().name() + "\"")
                                        .collect(Collectors.joining(", "))));
    }
}
