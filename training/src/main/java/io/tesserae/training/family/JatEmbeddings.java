package io.tesserae.training.family;

import io.tesserae.family.jat.JatConfig;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.Activate;
import io.tesserae.training.layer.Embeddings;
import io.tesserae.training.layer.Embeddings.LookUp;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.Sums;
import io.tesserae.training.layer.episode.LastColumn;
import io.tesserae.training.layer.episode.RepeatedRows;
import io.tesserae.training.layer.episode.TokenLayout;
import io.tesserae.training.layer.episode.TokenLayout.Part;
import io.tesserae.training.layer.episode.WideNumbers;
import io.tesserae.training.layer.picture.PatchEmbedding;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes tokens of steps, photos and texts: {@code JatModel.embed_rl} and {@code embed_textual}. Tokens of a kind are embedded together,
 * whichever sequences they are of, and then laid out. Words, the numbers of discrete observations and discrete actions share one table, and
 * continuous observations and actions one layer: their gradients add up.
 *
 * @param words {@code [vocabulary, hidden]}
 * @param positions {@code [positions, hidden]}
 * @param continuous {@code [hidden, M]}
 * @param narrow {@code [K, hidden]}, of each number of a discrete observation
 * @param join {@code [hidden - 1, X · K]}
 * @param patches of photos
 */
record JatEmbeddings(
        JatConfig sizes,
        Parameter words,
        Parameter positions,
        Linear continuous,
        Linear narrow,
        Linear join,
        PatchEmbedding patches) {

    /**
     * All tokens with their positions.
     *
     * @param starts where each sequence's tokens begin, those of the episodes first
     * @return {@code [tokens, hidden]}
     */
    Variable forward(Tape tape, List<Episode> episodes, List<PhotoTexts> texts, int[] starts) {
        int tokens = starts[starts.length - 1];
        List<Part> parts = new ArrayList<>();
        numbers(tape, episodes, starts, parts);
        discreteObservations(tape, episodes, starts, parts);
        wordsAndActions(tape, episodes, texts, starts, parts);
        photos(tape, texts, Arrays.copyOfRange(starts, episodes.size(), starts.length), parts);
        Variable x = TokenLayout.of(tape, tokens, sizes.hiddenSize(), parts); // [tokens, hidden]
        int[] places = new int[tokens];
        for (int s = 0; s + 1 < starts.length; s++) {
            for (int token = starts[s]; token < starts[s + 1]; token++) {
                places[token] = token - starts[s];
            }
        }
        return Sums.of(tape, x, Embeddings.sum(tape, List.of(LookUp.of(positions, places))));
    }

    private void numbers(Tape tape, List<Episode> episodes, int[] starts, List<Part> parts) {
        IntStream.Builder rows = IntStream.builder();
        List<float[]> widened = new ArrayList<>();
        for (int e = 0; e < episodes.size(); e++) {
            Episode episode = episodes.get(e);
            for (int step = 0; step < episode.steps(); step++) {
                if (episode.observations() instanceof Observations.Continuous seen) {
                    rows.add(starts[e] + 2 * step);
                    widened.add(
                            WideNumbers.ofObservation(seen, step, episode.rewards()[step], continuous.inFeatures()));
                }
                if (episode.actions() instanceof Actions.Continuous done) {
                    rows.add(starts[e] + 2 * step + 1);
                    widened.add(WideNumbers.ofAction(done, step, continuous.inFeatures()));
                }
            }
        }
        if (!widened.isEmpty()) {
            Tensor given = tape.constantMemory(widened.size(), continuous.inFeatures()); // [numbers' tokens, M]
            for (int row = 0; row < widened.size(); row++) {
                System.arraycopy(widened.get(row), 0, given.data(), row * given.dimension(1), given.dimension(1));
            }
            parts.add(new Part(
                    continuous.forward(tape, tape.constant(given)), rows.build().toArray()));
        }
    }

    /** Features depend on the number alone: those of each that occurs are computed once. */
    private void discreteObservations(Tape tape, List<Episode> episodes, int[] starts, List<Part> parts) {
        IntStream.Builder rows = IntStream.builder();
        List<int[]> steps = new ArrayList<>();
        List<Float> rewards = new ArrayList<>();
        for (int e = 0; e < episodes.size(); e++) {
            if (episodes.get(e).observations() instanceof Observations.Discrete(List<int[]> values)) {
                for (int step = 0; step < values.size(); step++) {
                    rows.add(starts[e] + 2 * step);
                    steps.add(values.get(step));
                    rewards.add(episodes.get(e).rewards()[step]);
                }
            }
        }
        if (steps.isEmpty()) {
            return;
        }
        int[] all = steps.stream().flatMapToInt(Arrays::stream).toArray(); // [steps · X]
        int[] ids = Arrays.stream(all).sorted().distinct().toArray();
        int[] places =
                Arrays.stream(all).map(id -> Arrays.binarySearch(ids, id)).toArray();
        Variable embedded = Embeddings.sum(tape, List.of(LookUp.of(words, ids))); // [ids, hidden]
        Variable narrowed = Activate.forward(tape, Activation.RELU, narrow.forward(tape, embedded)); // [ids, K]
        Variable flat = RepeatedRows.of(tape, narrowed, places, sizes.maxDiscreteValue()); // [steps, X · K]
        float[] last = new float[rewards.size()];
        for (int step = 0; step < last.length; step++) {
            last[step] = rewards.get(step);
        }
        Variable joined = LastColumn.of(tape, join.forward(tape, flat), last); // [steps, hidden]
        parts.add(new Part(joined, rows.build().toArray()));
    }

    private void wordsAndActions(
            Tape tape, List<Episode> episodes, List<PhotoTexts> texts, int[] starts, List<Part> parts) {
        IntStream.Builder rows = IntStream.builder();
        IntStream.Builder ids = IntStream.builder();
        for (int e = 0; e < episodes.size(); e++) {
            if (episodes.get(e).actions() instanceof Actions.Discrete(int[] indices)) {
                for (int step = 0; step < indices.length; step++) {
                    rows.add(starts[e] + 2 * step + 1);
                    ids.add(indices[step]);
                }
            }
        }
        int sequence = episodes.size();
        for (PhotoTexts some : texts) {
            for (int[] text : some.inputIds()) {
                int first = starts[++sequence] - text.length;
                for (int token = 0; token < text.length; token++) {
                    rows.add(first + token);
                    ids.add(text[token]);
                }
            }
        }
        int[] looked = ids.build().toArray();
        if (looked.length > 0) {
            parts.add(new Part(
                    Embeddings.sum(tape, List.of(LookUp.of(words, looked))),
                    rows.build().toArray()));
        }
    }

    /** The patches of all photos; those of a text come before it. */
    private void photos(Tape tape, List<PhotoTexts> texts, int[] starts, List<Part> parts) {
        List<Tensor> pictures = new ArrayList<>();
        IntStream.Builder rows = IntStream.builder();
        int sequence = 0;
        for (PhotoTexts some : texts) {
            for (int i = 0; i < some.texts(); i++, sequence++) {
                if (some.photos().isPresent()) {
                    pictures.add(some.photos().get().pixelValues(i));
                    IntStream.range(starts[sequence], starts[sequence + 1] - some.inputIds()[i].length)
                            .forEach(rows);
                }
            }
        }
        if (!pictures.isEmpty()) {
            parts.add(new Part(
                    patches.forward(tape, ImageBatch.of(pictures)), rows.build().toArray()));
        }
    }
}
