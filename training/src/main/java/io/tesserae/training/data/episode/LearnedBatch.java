package io.tesserae.training.data.episode;

import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.training.layer.episode.WideNumbers;
import io.tesserae.training.loss.WeightedCrossEntropy;
import io.tesserae.training.loss.WeightedSquaredError;
import io.tesserae.training.loss.WeightedSum;
import io.tesserae.training.network.Network;
import io.tesserae.training.network.Network.OfEpisodes.Asked;
import io.tesserae.training.network.Network.OfEpisodes.Scores;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Episodes and texts of one step, and what is to be predicted of them.
 *
 * <pre>
 * loss = Σ over sources: loss weight · (sequences of the source / sequences) · loss of the source
 * loss of an environment = action coefficient · mean over steps + observation coefficient · mean over steps but the first
 * loss of texts          = mean over the tokens that are learned
 * </pre>
 *
 * <p>So a batch of one source has JAT's own loss, and a mixed one the mean of what each sequence's batch would have.
 *
 * @param asked which tokens predict something
 * @param numberTargets {@code [tokens asked for numbers · M]}
 * @param numberWeights {@code [tokens asked for numbers]}
 * @param wordLabels {@code [tokens asked for words]}
 * @param wordWeights {@code [tokens asked for words]}
 * @param actions {@code [tokens asked for words]}, whether it is a discrete action that is predicted
 */
public record LearnedBatch(
        List<Episode> episodes,
        List<PhotoTexts> texts,
        Asked asked,
        float[] numberTargets,
        float[] numberWeights,
        int[] wordLabels,
        float[] wordWeights,
        boolean[] actions) {

    /** What the network says of all of it. */
    public Scores scores(Tape tape, Network.OfEpisodes network) {
        return network.scores(tape, episodes, texts, asked);
    }

    /** The loss, one value. */
    public Variable loss(Tape tape, Scores scores) {
        List<WeightedSum.Term> terms = new ArrayList<>();
        scores.numbers()
                .ifPresent(numbers -> terms.add(new WeightedSum.Term(
                        1f, WeightedSquaredError.of(tape, numbers, numberTargets, numberWeights))));
        scores.words()
                .ifPresent(words -> terms.add(
                        new WeightedSum.Term(1f, WeightedCrossEntropy.of(tape, words, wordLabels, wordWeights))));
        return WeightedSum.of(tape, terms);
    }

    /** How many of the discrete actions are the most probable ones. */
    record Right(int right, int of) {}

    /** Counts the discrete actions whose label has the largest score, the first of equals. */
    Right rightActions(Scores scores) {
        int right = 0;
        int of = 0;
        if (scores.words().isPresent()) {
            Variable words = scores.words().get();
            float[] logits = words.value().data();
            int columns = words.columns();
            for (int row = 0; row < wordLabels.length; row++) {
                if (actions[row]) {
                    int best = 0;
                    for (int k = 1; k < columns; k++) {
                        best = logits[row * columns + k] > logits[row * columns + best] ? k : best;
                    }
                    right += best == wordLabels[row] ? 1 : 0;
                    of++;
                }
            }
        }
        return new Right(right, of);
    }

    /** The batch of an epoch's places. */
    public static LearnedBatch of(SourceMix mix, int[] places, long epoch, Network.OfEpisodes network) {
        List<SourceMix.Example> examples =
                IntStream.of(places).mapToObj(place -> mix.get(place, epoch)).toList();
        float[] lossWeights = new float[mix.sources().size()];
        for (int s = 0; s < lossWeights.length; s++) {
            lossWeights[s] = mix.sources().get(s).lossWeight();
        }
        return of(examples, lossWeights, network);
    }

    /** Examples of the sources whose loss weights are given. */
    static LearnedBatch of(List<SourceMix.Example> examples, float[] lossWeights, Network.OfEpisodes network) {
        Assembly assembly = new Assembly(network, lossWeights, examples);
        for (SourceMix.Example example : examples) {
            if (example.demonstration() != null) {
                assembly.add(example.source(), example.demonstration());
            }
        }
        for (SourceMix.Example example : examples) {
            if (example.text() != null) {
                assembly.add(example.source(), example.text());
            }
        }
        return assembly.batch();
    }

    /** Gathers the targets of sequence after sequence. */
    private static final class Assembly {
        private final Network.OfEpisodes network;
        private final int width; // of continuous predictions
        private final boolean predictsObservations;
        private final float[] ofActions; // [sources], what a prediction weighs
        private final float[] ofObservations;
        private final float[] ofWords;
        private final List<Episode> episodes = new ArrayList<>();
        private final List<PhotoTexts> texts = new ArrayList<>();
        private final List<Integer> numberRows = new ArrayList<>();
        private final List<float[]> numberTargets = new ArrayList<>();
        private final List<Float> numberWeights = new ArrayList<>();
        private final List<Integer> wordRows = new ArrayList<>();
        private final List<Integer> wordLabels = new ArrayList<>();
        private final List<Float> wordWeights = new ArrayList<>();
        private final List<Boolean> actions = new ArrayList<>();
        private int token;

        Assembly(Network.OfEpisodes network, float[] lossWeights, List<SourceMix.Example> examples) {
            this.network = network;
            this.width = network.shape().widestContinuous();
            this.predictsObservations = network.coefficients().observations() != 0;
            int sources = lossWeights.length;
            int[] sequences = new int[sources];
            int[] steps = new int[sources];
            int[] learned = new int[sources];
            for (SourceMix.Example example : examples) {
                sequences[example.source()]++;
                if (example.demonstration() != null) {
                    steps[example.source()] += example.demonstration().steps();
                } else {
                    learned[example.source()] +=
                            example.text().inputIds().length - example.text().firstLearned();
                }
            }
            this.ofActions = new float[sources];
            this.ofObservations = new float[sources];
            this.ofWords = new float[sources];
            for (int s = 0; s < sources; s++) {
                double share = (double) lossWeights[s] * sequences[s] / examples.size();
                ofActions[s] = (float) (share * network.coefficients().actions() / steps[s]);
                ofObservations[s] = (float) (share * network.coefficients().observations() / (steps[s] - sequences[s]));
                ofWords[s] = (float) (share / learned[s]);
            }
        }

        void add(int source, Demonstration demonstration) {
            Episode episode = demonstration.episode();
            episodes.add(episode);
            for (int step = 0; step < episode.steps(); step++, token += 2) {
                switch (demonstration.labels()) {
                    case Actions.Continuous labels ->
                        addNumbers(token, WideNumbers.ofAction(labels, step, width), ofActions[source]);
                    case Actions.Discrete(int[] indices) -> addWord(token, indices[step], ofActions[source], true);
                }
                if (predictsObservations
                        && step + 1 < episode.steps()
                        && episode.observations() instanceof Observations.Continuous seen) {
                    float reward = episode.rewards()[step + 1];
                    addNumbers(
                            token + 1,
                            WideNumbers.ofObservation(seen, step + 1, reward, width),
                            ofObservations[source]);
                }
            }
        }

        void add(int source, PhotoText text) {
            texts.add(text.read());
            token += text.pixels().isPresent() ? network.shape().photoTokens() : 0;
            for (int i = text.firstLearned(); i < text.inputIds().length; i++) {
                addWord(token + i - 1, text.inputIds()[i], ofWords[source], false);
            }
            token += text.inputIds().length;
        }

        private void addNumbers(int row, float[] target, float weight) {
            numberRows.add(row);
            numberTargets.add(target);
            numberWeights.add(weight);
        }

        private void addWord(int row, int label, float weight, boolean action) {
            wordRows.add(row);
            wordLabels.add(label);
            wordWeights.add(weight);
            actions.add(action);
        }

        LearnedBatch batch() {
            float[] targets = new float[numberRows.size() * width];
            for (int row = 0; row < numberRows.size(); row++) {
                System.arraycopy(numberTargets.get(row), 0, targets, row * width, width);
            }
            boolean[] ofActionsOnly = new boolean[actions.size()];
            for (int row = 0; row < ofActionsOnly.length; row++) {
                ofActionsOnly[row] = actions.get(row);
            }
            return new LearnedBatch(
                    List.copyOf(episodes),
                    List.copyOf(texts),
                    new Asked(ints(numberRows), ints(wordRows)),
                    targets,
                    floats(numberWeights),
                    ints(wordLabels),
                    floats(wordWeights),
                    ofActionsOnly);
        }

        private static int[] ints(List<Integer> values) {
            return values.stream().mapToInt(Integer::intValue).toArray();
        }

        private static float[] floats(List<Float> values) {
            float[] array = new float[values.size()];
            for (int i = 0; i < array.length; i++) {
                array[i] = values.get(i);
            }
            return array;
        }
    }
}
