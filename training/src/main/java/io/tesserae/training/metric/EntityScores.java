package io.tesserae.training.metric;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How well a token classifier finds entities: seqeval's scores over all types together ({@code micro avg}), when no
 * scheme is named. An entity is right if its type, its first and its last token are. What would be a division by zero
 * is 0.
 *
 * @param precision the part of the predicted entities that is right
 * @param recall the part of the labelled entities that was found
 * @param f1 the harmonic mean of both
 * @param accuracy the part of the tokens whose label is right
 */
public record EntityScores(double precision, double recall, double f1, double accuracy) {

    /**
     * Compares sentences.
     *
     * @param predictions a label for each token of each sentence
     * @param labels the right ones
     * @throws IllegalArgumentException if there are not as many predictions as labels in each sentence, or no token at
     *     all
     */
    public static EntityScores of(List<List<String>> predictions, List<List<String>> labels) {
        Examples.requireAsMany(predictions.size(), labels.size());
        ClassCounts entities = ClassCounts.NONE;
        long tokens = 0;
        long correct = 0;
        for (int i = 0; i < labels.size(); i++) {
            List<String> predicted = predictions.get(i);
            List<String> labelled = labels.get(i);
            if (predicted.size() != labelled.size()) {
                throw new IllegalArgumentException("expected a prediction for each of the " + labelled.size()
                        + " tokens of sentence " + i + " (counted from 0), found " + predicted.size());
            }
            entities = entities.plus(compare(predicted, labelled));
            for (int j = 0; j < labelled.size(); j++) {
                correct += predicted.get(j).equals(labelled.get(j)) ? 1 : 0;
            }
            tokens += labelled.size();
        }
        if (tokens == 0) {
            throw new IllegalArgumentException("expected tokens to measure, found sentences without any");
        }
        return new EntityScores(entities.precision(), entities.recall(), entities.f1(), (double) correct / tokens);
    }

    private static ClassCounts compare(List<String> predicted, List<String> labelled) {
        Set<Entity> found = new HashSet<>(Entity.of(predicted));
        Set<Entity> expected = new HashSet<>(Entity.of(labelled));
        long correct = found.stream().filter(expected::contains).count();
        return new ClassCounts(correct, found.size(), expected.size());
    }
}
