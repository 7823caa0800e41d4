package io.tesserae.loaders.stream;

import io.tesserae.arguments.Arguments;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One step of an episode.
 *
 * @param observation what is observed, each part by its name in the environment
 * @param action what is done then; empty where that is to be found out
 */
public record StreamStep(SortedMap<String, StreamPart> observation, List<StreamPart> action) {

    /** Refuses null, and copies both. */
    public StreamStep {
        Arguments.requireAll(Arguments.require(observation, "observation").values(), "observation");
        observation = Collections.unmodifiableSortedMap(new TreeMap<>(observation));
        action = List.copyOf(Arguments.requireAll(action, "action"));
        if (observation.isEmpty()) {
            throw new IllegalArgumentException("observation: expected a part at least, found none");
        }
    }
}
