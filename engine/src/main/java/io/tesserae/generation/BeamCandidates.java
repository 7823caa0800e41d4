package io.tesserae.generation;

import static io.tesserae.generation.GenerationOption.DO_SAMPLE;

import io.tesserae.generation.logits.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the beams of one prompt may go on with: memory for all of it, and the few that are best, or drawn. */
final class BeamCandidates {

    /**
     * One more token for one beam.
     *
     * @param score the beam's, and the logarithm of the token's probability
     */
    record Candidate(int beam, int token, float score) {}

    private final int vocabularySize;
    private final int wanted;
    /** {@code [beams, vocabulary]}. */
    private final float[] scores;

    private final boolean isDrawn;
    private final double[] probabilities;

    /** @param wanted how many candidates are chosen */
    BeamCandidates(GenerationConfig config, int vocabularySize, int beams, int wanted) {
        this.vocabularySize = vocabularySize;
        this.scores = new float[Math.multiplyExact(beams, vocabularySize)];
        this.wanted = Math.min(wanted, scores.length);
        this.isDrawn = config.get(DO_SAMPLE);
        this.probabilities = new double[isDrawn ? scores.length : 0];
    }

    /**
     * Puts the tokens of one beam in.
     *
     * @param tokenScores {@code [vocabulary]}, logarithms
     * @param beamScore of the beam so far
     */
    void put(int beam, float[] tokenScores, float beamScore) {
        int first = beam * vocabularySize;
        for (int token = 0; token < vocabularySize; token++) {
            scores[first + token] = tokenScores[token] + beamScore;
        }
    }

    /**
     * The best candidates, from the best down and the lower place first among equals; or drawn ones, in the order in which they are drawn. Where the rules
     * forbid so much that there are not enough, forbidden ones make up the number.
     */
    List<Candidate> choose(RandomStream random) {
        List<Candidate> chosen = new ArrayList<>();
        if (isDrawn && Softmax.probabilities(scores, scores.length, probabilities)) {
            int place;
            while (chosen.size() < wanted && (place = Draw.index(probabilities, scores.length, random)) >= 0) {
                probabilities[place] = 0;
                chosen.add(take(place));
            }
        }
        for (int place : best(wanted - chosen.size())) {
            chosen.add(take(place));
        }
        for (int forbidden = 0; chosen.size() < wanted && forbidden < scores.length; forbidden++) {
            if (scores[forbidden] == Float.NEGATIVE_INFINITY && !contains(chosen, forbidden)) {
                chosen.add(take(forbidden));
            }
        }
        return chosen;
    }

    /** The places of the highest scores, at most so many; the lower first among equals. Far fewer than there are scores: most are compared once. */
    private int[] best(int count) {
        int[] places = new int[count];
        int size = 0;
        for (int place = 0; count > 0 && place < scores.length; place++) {
            float score = scores[place];
            float toBeat = size < count ? Float.NEGATIVE_INFINITY : scores[places[count - 1]];
            if (score > toBeat) {
                size = Math.min(size + 1, count);
                int rank = size - 1;
                for (; rank > 0 && score > scores[places[rank - 1]]; rank--) {
                    places[rank] = places[rank - 1];
                }
                places[rank] = place;
            }
        }
        return Arrays.copyOf(places, size);
    }

    /** The highest score of all; NaN if one of them is. */
    double highest() {
        return Softmax.largest(scores, scores.length);
    }

    /** Takes a candidate out of the scores. */
    private Candidate take(int place) {
        Candidate candidate = new Candidate(place / vocabularySize, place % vocabularySize, scores[place]);
        scores[place] = Float.NEGATIVE_INFINITY;
        return candidate;
    }

    private boolean contains(List<Candidate> candidates, int place) {
        return candidates.stream().anyMatch(one -> one.beam() * vocabularySize + one.token() == place);
    }
}
