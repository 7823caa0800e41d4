package io.tesserae.scenes.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Classifies a feature vector by those that are nearest to it: each of the k with the largest cosine votes for its
 * label, with {@code exp(cosine / temperature)}. So DINO measures its features: {@code knn_classifier} of its {@code
 * eval_knn.py}, after Wu et al., <i>Unsupervised feature learning via non-parametric instance discrimination</i>,
 * 2018.
 */
public final class NearestNeighbours {

    /** How many neighbours vote in DINO. */
    public static final int NEIGHBOURS = 20;

    /** How much more a nearer one counts in DINO. */
    public static final double TEMPERATURE = 0.07;

    private final List<Labelled> known;
    private final int neighbours;
    private final double temperature;

    /**
     * A feature vector and the label that is right for it.
     *
     * @param feature finite numbers, not all of them 0
     * @param label 0 or more
     */
    public record Labelled(float[] feature, int label) {

        /** Checks the label. */
        public Labelled {
            if (label < 0) {
                throw new IllegalArgumentException("a label is a number of 0 or more, found " + label);
            }
        }
    }

    private record Neighbour(double cosine, int label) {}

    private NearestNeighbours(List<Labelled> known, int neighbours, double temperature) {
        this.known = known;
        this.neighbours = neighbours;
        this.temperature = temperature;
    }

    /** Among these, with DINO's number of neighbours and temperature. */
    public static NearestNeighbours of(List<Labelled> known) {
        return of(known, NEIGHBOURS, TEMPERATURE);
    }

    /**
     * Among these.
     *
     * @param known one or more, whose features are as long
     * @param neighbours how many vote, 1 or more; all if there are fewer
     * @param temperature above 0; the smaller, the more a nearer one counts
     */
    public static NearestNeighbours of(List<Labelled> known, int neighbours, double temperature) {
        if (known.isEmpty() || neighbours < 1 || !(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException(
                    "expected one or more features, one or more neighbours and a temperature "
                            + "above 0, found " + known.size() + " features, " + neighbours
                            + " neighbours and temperature "
                            + temperature);
        }
        int length = known.getFirst().feature.length;
        List<Labelled> normalized = new ArrayList<>(known.size());
        for (Labelled labelled : known) {
            normalized.add(new Labelled(normalized(labelled.feature, length), labelled.label));
        }
        return new NearestNeighbours(normalized, neighbours, temperature);
    }

    /** The label of a feature vector; of two with as many votes the smaller one. */
    public int predict(float[] feature) {
        List<Neighbour> nearest = nearest(feature);
        double largest = nearest.getFirst().cosine;
        double[] votes =
                new double[1 + nearest.stream().mapToInt(Neighbour::label).max().orElseThrow()];
        for (Neighbour neighbour : nearest) {
            // The same factor from all, so that no temperature overflows. StrictMath: the same on every machine
            votes[neighbour.label] += StrictMath.exp((neighbour.cosine - largest) / temperature);
        }
        int best = 0;
        for (int label = 1; label < votes.length; label++) {
            if (votes[label] > votes[best]) {
                best = label;
            }
        }
        return best;
    }

    /** The share of feature vectors that get the label which is right. */
    public double accuracy(List<Labelled> asked) {
        if (asked.isEmpty()) {
            throw new IllegalArgumentException("no features to ask about: expected one or more");
        }
        long right = asked.parallelStream()
                .filter(labelled -> predict(labelled.feature) == labelled.label)
                .count();
        return right / (double) asked.size();
    }

    /** The nearest ones, the nearest first; of two as near the one that was known first. */
    private List<Neighbour> nearest(float[] feature) {
        float[] normalized = normalized(feature, known.getFirst().feature.length);
        return known.stream()
                .map(labelled -> new Neighbour(dot(normalized, labelled.feature), labelled.label))
                .sorted(Comparator.comparingDouble(Neighbour::cosine).reversed())
                .limit(neighbours)
                .toList();
    }

    private static float[] normalized(float[] feature, int length) {
        double norm = Math.sqrt(dot(feature, feature));
        if (feature.length != length || !(norm > 0 && Double.isFinite(norm))) {
            throw new IllegalArgumentException("a feature vector has " + length
                    + " finite numbers that are not all 0, found " + feature.length + " numbers of norm " + norm);
        }
        float[] normalized = new float[length];
        IntStream.range(0, length).forEach(i -> normalized[i] = (float) (feature[i] / norm));
        return normalized;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
